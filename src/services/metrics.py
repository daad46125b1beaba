"""Daily values of CloudWatch metrics: which are wanted, how they are asked for, what their answer means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from services.models.base import Call, Metric, Resource, ResourceType, Source
from services.models.values import Item, each, text

SERIES = 500  # that one GetMetricData takes; 30 days of them are 15,000 of its 100,800 points
DAY = timedelta(days=1)
KEPT = 30  # days
ACTION = "cloudwatch:GetMetricData"
PRICE = 0.00001  # USD for each series asked for; GetMetricData has no free tier

Days = dict[date, float]  # UTC; a day that is not there is unknown, never 0


@dataclass(frozen=True)
class Series:
    """One metric of one resource."""

    account: str
    region: str  # where CloudWatch has it
    resource: str  # id
    metric: Metric
    value: str  # of the metric's dimension

    def query(self, number: int) -> Item:
        """The MetricDataQuery; its id is s<number>, for CloudWatch takes no resource's id there."""
        dimensions = ((self.metric.dimension, self.value), *self.metric.also)
        return {
            "Id": f"s{number}",
            "ReturnData": True,
            "MetricStat": {
                "Metric": {
                    "Namespace": self.metric.namespace,
                    "MetricName": self.metric.name,
                    "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions],
                },
                "Period": int(DAY.total_seconds()),
                "Stat": self.metric.statistic,
            },
        }


def wanted(kind: ResourceType, resources: Iterable[Resource]) -> tuple[Series, ...]:
    """The series of the resources that are worth asking for, by each metric's own precondition."""
    return tuple(
        Series(found.account, metric.region or found.region, found.id, metric, metric.value(found))
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


def rolled(known: Mapping[date, float], new: Mapping[date, float], today: date) -> Days:
    """What is to be kept: the newer value of each day, for the 30 whole days before today."""
    oldest = today - KEPT * DAY
    return {day: value for day, value in sorted({**known, **new}.items()) if oldest <= day < today}


def daily(days: Mapping[date, float], last: date, count: int) -> tuple[float | None, ...]:
    """The values of `count` days up to `last`, oldest first; None for a day that is unknown."""
    return tuple(days.get(last - back * DAY) for back in reversed(range(count)))


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
            yield day, float(value)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
