"""What single resources cost, as Cost Explorer tells it of the last 14 days where the account has opted in.

docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsageWithResources.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from services.costs.dates import DAY
from services.costs.explorer import KEYS, NAMES, usd
from services.costs.requests import pages
from services.models.base import Resource, Source
from services.models.cost_names import TYPES
from services.models.costs import Metric, PeriodCosts, ResourceCosts
from services.models.values import at, each, iso, texts
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
    """Account -> id -> USD. By month, so that an answer has one group for each resource and not one a day."""
    found: dict[str, dict[str, Decimal]] = {}
    answer = pages(
        source,
        "get_cost_and_usage_with_resources",
        TimePeriod={"Start": str(first), "End": str(end)},
        Granularity="MONTHLY",
        Metrics=[NAMES[metric][0]],
        Filter={"Dimensions": {"Key": KEYS["service"], "Values": [service]}},
        GroupBy=[{"Type": "DIMENSION", "Key": key} for key in ("RESOURCE_ID", KEYS["account"])],
    )
    for group in (
        group for page in answer for part in each(page, "ResultsByTime") for group in each(part, "Groups")
    ):
        keys = texts(group, "Keys")
        if len(keys) == 2 and keys[0] != NO_RESOURCE:
            ids = found.setdefault(keys[1], {})
            ids[keys[0]] = ids.get(keys[0], Decimal()) + usd(at(group, "Metrics", NAMES[metric][0]))
    return found


def _month(costs: ResourceCosts, resource: Resource) -> tuple[Decimal, str] | None:
    """A mean day's cost, times the days of a month; None of what is not told, or is younger than a day."""
    told = [
        amount
        for service, found in costs.costs.items()
        if resource.type in TYPES.get(service, ())
        for id in {resource.arn, resource.id}
        if (amount := found.get(id)) is not None
    ]
    days = _days(costs, resource.created)
    if not told or days < 1:
        return None
    last = date.fromisoformat(costs.end) - DAY
    source = f"Cost Explorer, {costs.metric}, {costs.first} to {last}, a mean day x {MONTH:.1f}"
    return sum(told, Decimal()) / days * MONTH, source


def _days(costs: ResourceCosts, created: str | None) -> Decimal:
    """How many days of the figures' time the resource was there for."""
    first, end = (datetime.fromisoformat(f"{day}T00:00:00Z") for day in (costs.first, costs.end))
    known = iso(created) if created else None
    begun = max(first, datetime.fromisoformat(known)) if known else first
    return Decimal((end - begun) / timedelta(days=1))
