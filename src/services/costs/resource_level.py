"""What single resources cost, as Cost Explorer tells it of the last 14 days where the account has opted in.

docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsageWithResources.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal

from services.costs.dates import DAY
from services.costs.explorer import KEYS, NAMES, usd
from services.costs.requests import pages
from services.models.domain.cost_names import TYPES
from services.models.domain.costs import Metric, PeriodCosts, ResourceCosts
from services.models.kit.base import Resource, Source
from services.models.kit.values import at, each, texts
from services.prices import HOURS

DAYS = 7  # that a mean day is taken of
LAG = 1  # days whose figures are not all in
OLDEST = 14  # days: of figures that are not asked for any more
NO_RESOURCE = "NoResourceId"
MONTH = Decimal(HOURS) / 24  # days
Told = Callable[[Resource], tuple[Decimal, str] | None]  # USD a month, and where the figure is from


def nothing_told(_: Resource) -> None:
    return None


def dearest(days: Iterable[PeriodCosts], most: int) -> tuple[str, ...]:
    """The services that cost most in these days, of those whose resources Polo knows."""
    sums: dict[str, Decimal] = {}
    for day in days:
        for (_, service), amount in day.cuts.get("services", {}).items():
            if service in TYPES:
                sums[service] = sums.get(service, Decimal()) + amount
    return tuple(sorted(sums, key=lambda service: (-sums[service], service))[:most])


def resource_costs(
    source: Source, metric: Metric, services: Iterable[str], today: date
) -> tuple[ResourceCosts, ...]:
    """What each account's resources of these services cost. Raises CollectError, BudgetSpent."""
    end = today - LAG * DAY
    first = end - DAYS * DAY
    accounts: dict[str, dict[str, Mapping[str, Decimal]]] = {}
    for service in services:
        for account, found in _of_service(source, metric, service, first, end).items():
            accounts.setdefault(account, {})[service] = found
    return tuple(
        ResourceCosts(account, metric, str(first), str(end), found)
        for account, found in sorted(accounts.items())
    )


def told_by(costs: ResourceCosts | None, today: date) -> Told:
    """What these figures say of a resource; nothing once they are old."""
    if costs is None or today - date.fromisoformat(costs.end) > OLDEST * DAY:
        return nothing_told
    return lambda resource: _month(costs, resource)


def _of_service(
    source: Source, metric: Metric, service: str, first: date, end: date
) -> dict[str, dict[str, Decimal]]:
    """Account -> id -> USD of the whole time, were every day like the mean one of those with a figure."""
    found: dict[str, dict[str, list[Decimal]]] = {}
    answer = pages(
        source,
        "get_cost_and_usage_with_resources",
        TimePeriod={"Start": str(first), "End": str(end)},
        Granularity="DAILY",
        Metrics=[NAMES[metric][0]],
        Filter={"Dimensions": {"Key": KEYS["service"], "Values": [service]}},
        GroupBy=[{"Type": "DIMENSION", "Key": key} for key in ("RESOURCE_ID", KEYS["account"])],
    )
    for group in (
        group for page in answer for part in each(page, "ResultsByTime") for group in each(part, "Groups")
    ):
        keys = texts(group, "Keys")
        if len(keys) == 2 and keys[0] != NO_RESOURCE:
            days = found.setdefault(keys[1], {}).setdefault(keys[0], [])
            days.append(usd(at(group, "Metrics", NAMES[metric][0])))
    return {
        account: {
            id: round(sum(days, Decimal()) / len(days) * (end - first).days, 9) for id, days in ids.items()
        }
        for account, ids in found.items()
    }


def _month(costs: ResourceCosts, resource: Resource) -> tuple[Decimal, str] | None:
    """A mean day's cost, times the days of a month; None of what is not told."""
    told = [
        amount
        for service, found in costs.costs.items()
        if resource.type in TYPES.get(service, ())
        for id in {resource.arn, resource.id}
        if (amount := found.get(id)) is not None
    ]
    if not told:
        return None
    first, end = (date.fromisoformat(day) for day in (costs.first, costs.end))
    days = f"{costs.first} to {end - DAY}, a mean day x {MONTH:.1f}"
    return sum(told, Decimal()) / (end - first).days * MONTH, f"Cost Explorer, {costs.metric}, {days}"
