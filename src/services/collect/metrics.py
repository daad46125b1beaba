"""Daily values of CloudWatch metrics: which are wanted, how they are asked for, what their answer means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from services.models.domain.daily import DAY, Days
from services.models.kit.base import Call, Metric, Resource, ResourceType, Source
from services.models.kit.values import Item, each, text

SERIES = 500  # that one GetMetricData takes; 30 days of them are 15,000 of its 100,800 points
ACTION = "cloudwatch:GetMetricData"
DIGITS = 4  # that are kept of a value: thresholds are coarser, and 30 days of it compress to half
PRICE = Decimal("0.00001")  # USD for each series asked for; GetMetricData has no free tier


@dataclass(frozen=True)
class Series:
    """One metric of one resource."""

    account: str
    region: str  # where CloudWatch has it
    resource: str  # id
    metric: Metric
    dimensions: tuple[tuple[str, str], ...]

    def query(self, number: int) -> Item:
        """The MetricDataQuery; its id is s<number>, for CloudWatch takes no resource's id there."""
        return {
            "Id": f"s{number}",
            "ReturnData": True,
            "MetricStat": {
                "Metric": {
                    "Namespace": self.metric.namespace,
                    "MetricName": self.metric.name,
                    "Dimensions": [{"Name": name, "Value": value} for name, value in self.dimensions],
                },
                "Period": int(DAY.total_seconds()),
                "Stat": self.metric.statistic,
            },
        }


def wanted(kind: ResourceType, resources: Iterable[Resource]) -> tuple[Series, ...]:
    """The series of the resources that are worth asking for, by each metric's own precondition."""
    return tuple(
        Series(found.account, metric.region or found.region, found.id, metric, metric.dimensions_of(found))
        for found in resources
        for metric in kind.metrics
        if metric.when(found)
    )


def batches(series: Iterable[Series]) -> Iterator[tuple[str, list[Series]]]:
    """Each region's series, by what one call takes."""
    regions: dict[str, list[Series]] = defaultdict(list)
    for one in series:
        regions[one.region].append(one)
    for region, all_of_it in sorted(regions.items()):
        for start in range(0, len(all_of_it), SERIES):
            yield region, all_of_it[start : start + SERIES]


def fetch(series: Sequence[Series], source: Source, first: date, last: date) -> dict[Series, Days]:
    """The values of whole days from `first` to `last`, both included, for series of one account.

    A series that CloudWatch has nothing of, or could not read, has no days. Raises CollectError.
    """
    found: dict[Series, Days] = {one: {} for one in series}
    for region, batch in batches(series):
        for number, values in _ask(batch, source, region, first, last).items():
            found[batch[number]] = values
    return found


def _ask(batch: Sequence[Series], source: Source, region: str, first: date, last: date) -> dict[int, Days]:
    call = Call(
        "cloudwatch",
        "get_metric_data",
        "MetricDataResults[]",
        {
            "MetricDataQueries": [one.query(number) for number, one in enumerate(batch)],
            "StartTime": _midnight(first),
            "EndTime": _midnight(last + DAY),
            "ScanBy": "TimestampAscending",
        },
    )
    found: dict[int, Days] = defaultdict(dict)
    unreadable = set()
    for page in source.pages(call, region):
        for result in each(page, "MetricDataResults"):  # a series may go on in the next page
            number = int(text(result, "Id").removeprefix("s"))
            if text(result, "StatusCode") in ("InternalError", "Forbidden"):
                unreadable.add(number)
            found[number].update(_days(result, first, last))
    return {number: days for number, days in found.items() if number not in unreadable}


def _days(result: Any, first: date, last: date) -> Iterator[tuple[date, float]]:
    for moment, value in zip(result.get("Timestamps") or (), result.get("Values") or (), strict=False):
        day = moment.astimezone(UTC).date()
        if first <= day <= last:
            yield day, float(f"{value:.{DIGITS}g}")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
