"""DailyValues: what rules ask for a metric's last days; an account's values of a type are read at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from errors import DataFileError, Lost, PoloError
from services.cop.judge.facts import NotKnown
from services.daily_store import DailyStore, Known
from services.models.domain.daily import Values
from services.models.kit.base import Resource
from services.models.kit.scope import GLOBAL, Scope


@dataclass
class DailyValues:
    """last: the day that every answer ends with. Keeps what it has read of the account asked about last.

    troubles: by message, what of all that was asked for is lost or damaged.
    """

    store: DailyStore
    last: date
    troubles: dict[str, PoloError] = field(default_factory=dict)
    _account: str = ""
    _known: dict[str, dict[Scope, Known | Lost]] = field(default_factory=dict)
    _asked: dict[Scope, date] | None = None

    def __call__(self, resource: Resource, metric: str, days: int) -> Values:
        """The values of so many days, oldest first; None for a day that is unknown. metric: its key.

        Raises NotKnown for values that are lost, PoloError when the store can't be read.
        """
        found = self._of(resource)
        return found[resource.id].of(metric, self.last, days) if resource.id in found else (None,) * days

    def asked(self, resource: Resource) -> bool:
        """Whether the resource's scope was asked for its values up to the last day.

        Raises NotKnown when that is lost, PoloError when the store can't be read.
        """
        self._turn_to(resource.account)
        if self._asked is None:
            with self._noted():
                self._asked = self.store.asked(resource.account)
        places = (Scope(resource.account, region, resource.type) for region in (resource.region, GLOBAL))
        return any(self._asked.get(scope, date.min) >= self.last for scope in places)

    def _turn_to(self, account: str) -> None:
        if account != self._account:
            self._account, self._known, self._asked = account, {}, None

    def _of(self, resource: Resource) -> Known:
        self._turn_to(resource.account)
        scopes = self._known.get(resource.type)
        if scopes is None:
            with self._noted():
                scopes = self._known[resource.type] = dict(self.store.of(resource.account, resource.type))
        own = Scope(resource.account, resource.region, resource.type)
        found = scopes.get(own) or scopes.get(Scope(resource.account, GLOBAL, resource.type), {})
        if isinstance(found, Lost):
            with self._noted():
                raise found
        return found

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """What is lost is unknown to those who ask."""
        try:
            yield
        except (Lost, DataFileError) as error:
            self.troubles[str(error)] = error
            raise NotKnown(str(error)) from error
