"""Requests to Cost Explorer: each costs $0.01, so it is counted before it is sent, within a day's budget.

One request after the other, at most one a second: services.cloud.rates has that of the API's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from errors import PoloError, SettingsError
from services.costs.store import CostStore
from services.models.kit.base import Call, Source
from services.models.kit.values import Item, text

API, REGION = "ce", "us-east-1"  # the only region that has it
TOKENS = ("NextPageToken", "NextToken")  # what different operations call the same


class BudgetSpent(PoloError):
    """Cost Explorer was asked as often as it may be today."""


@dataclass
class Budget:
    """most: requests of a day, over all runs. requests: those of this run."""

    store: CostStore
    day: str
    most: int
    requests: int = 0

    def spend(self) -> None:
        """Count a request. Raises BudgetSpent."""
        if not self.store.spend(self.day, self.most):
            raise BudgetSpent(
                f"the {self.most} requests of {self.day} are spent",
                "the next day goes on; or raise CE_MAX_REQUESTS_PER_DAY",
            )
        self.requests += 1


@dataclass(frozen=True)
class Counted:
    """The account that pays: what is asked of Cost Explorer draws on the budget, all else is free."""

    source: Source
    budget: Budget

    @property
    def region(self) -> str:
        return self.source.region

    def pages(self, call: Call, region: str | None = None) -> Iterable[Item]:
        return self.source.pages(call, region)

    def call(
        self,
        service: str,
        operation: str,
        *,
        absent: Sequence[str] = (),
        region: str | None = None,
        **parameters: Any,
    ) -> Item | None:
        """As Source says. Raises BudgetSpent too."""
        if service == API:
            self.budget.spend()
        return self.source.call(service, operation, absent=absent, region=region, **parameters)


def pages(source: Source, operation: str, absent: Sequence[str] = (), **asked: Any) -> Iterator[Any]:
    """The pages of Cost Explorer's answer; None alone for an error in `absent`. Raises CollectError."""
    token: dict[str, str] = {}
    while True:
        page = source.call(API, operation, region=REGION, absent=absent, **asked, **token)
        yield page
        token = {name: value for name in TOKENS if (value := text(page or {}, name))}
        if not token:
            return


def whole_number(name: str, given: str, example: str) -> int:
    """The value of a setting. Raises SettingsError."""
    if not (given.isascii() and given.isdigit()):
        raise SettingsError(f"{name} is {given!r}", f"a whole number, such as {example}")
    return int(given)
