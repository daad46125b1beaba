"""Facts: what a rule may know beside its resource: time, limits, prices, metrics, the account's rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from services.models.kit.base import Resource
from services.models.kit.values import days_since
from services.prices import Formula, Prices


class NotKnown(Exception):
    """Raised by Facts where they are missing; the rule's verdict is then Unknown, with this reason."""


class Daily(Protocol):
    """Where daily values come from: the last `days` whole days, oldest first, None for an unknown day."""

    def __call__(self, resource: Resource, metric: str, days: int) -> tuple[float | None, ...]: ...


Asked = Callable[[Resource], bool]  # whether its daily values were asked for, up to the last whole day


def never_asked(_: Resource) -> bool:
    return False


class Account(Protocol):
    """What is known of one account. Each raises NotKnown when a scope was not collected well."""

    def others(self, type: str, region: str) -> Mapping[str, Any]: ...

    def values(self, type: str, region: str, field: str) -> frozenset[str]: ...

    def anywhere(self, type: str, region: str, field: str) -> frozenset[str]: ...


@dataclass(frozen=True)
class Facts:
    """limits: the rule's, with what cop.toml overrides for this resource."""

    now: datetime
    limits: Mapping[str, Any]
    prices: Prices
    account: Account
    daily_values: Daily
    asked: Asked = never_asked

    def told(
        self, saving: Formula | None, *, before: str = "", after: str = ""
    ) -> tuple[Decimal | None, str]:
        """USD a month and how it comes about, between these words; None and "" where nothing is saved."""
        if saving is None or saving.total <= 0:
            return None, ""
        return saving.total, f"{before}{saving.told(self.now)}{after}"

    def days_since(self, moment: str | None, what: str) -> float:
        """Days of 24 hours from that moment (ISO 8601) to now. Raises NotKnown when it is unknown."""
        days = days_since(moment, self.now)
        if days is None:
            raise NotKnown(f"{what} is unknown" if not moment else f"{what} is no moment: {moment!r}")
        return days

    def others(self, type: str, region: str) -> Mapping[str, Any]:
        """The resources of a type in this account and region, by id. Raises NotKnown."""
        return self.account.others(type, region)

    def values(self, type: str, region: str, field: str) -> frozenset[str]:
        """What this field of the type's resources says in this account and region, one by one where it is a
        list. Raises NotKnown.
        """
        return self.account.values(type, region, field)

    def anywhere(self, type: str, region: str, field: str) -> frozenset[str]:
        """What this field of the type's resources says in this region, in every account of the estate.

        Raises NotKnown when those of one account are not known.
        """
        return self.account.anywhere(type, region, field)

    def daily(self, resource: Resource, metric: str, days: int) -> tuple[float | None, ...]:
        """The last days' values, oldest first; None for a day that is unknown."""
        return self.daily_values(resource, metric, days)

    def every_day(self, resource: Resource, metric: str, days: int) -> tuple[float, ...]:
        """The same. Raises NotKnown when a day is missing: a gap is not idleness."""
        values = self.daily(resource, metric, days)
        known = tuple(value for value in values if value is not None)
        if len(known) < days:
            raise NotKnown(f"{metric} is known for {len(known)} of {days} days")
        return known

    def activity(self, resource: Resource, metric: str, days: int) -> tuple[float, ...]:
        """The values of a metric that CloudWatch has only of days on which something happened.

        Once it was asked, a gap is a day on which nothing did. Raises NotKnown when it was not.
        """
        if not self.asked(resource):
            return self.every_day(resource, metric, days)
        return tuple(value or 0.0 for value in self.daily(resource, metric, days))
