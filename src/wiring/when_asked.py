"""Services whose imports the first page that asks pays for, and no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from services.models.domain.daily import Daily
from services.models.domain.release import Deployments
from services.models.kit.scope import Scope

if TYPE_CHECKING:
    from services.daily_store import DailyStore
    from services.releases.releases import Releases


@dataclass(frozen=True)
class DailyWhenAsked:
    """Daily values from where the estate is."""

    make: Callable[[], DailyStore]

    def one(self, scope: Scope, id: str) -> Daily | None:
        return self._store.one(scope, id)

    @cached_property
    def _store(self) -> DailyStore:
        return self.make()


@dataclass(frozen=True)
class ReleasesWhenAsked:
    """Of their bucket."""

    make: Callable[[], Releases]

    def deployments(self) -> Deployments:
        return self._releases.deployments()

    @cached_property
    def _releases(self) -> Releases:
        return self.make()
