from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import boto3
import pytest
from freezegun.api import FrozenDateTimeFactory

from services.cloud.aws import Aws
from services.collect.metrics import SERIES, batches, fetch, wanted
from services.models import RESOURCE_TYPES
from services.models.domain.daily import DAY, Days, Values
from services.models.kit.base import Call, Metric, Resource, where
from services.models.kit.scope import GLOBAL
from services.models.kit.values import Item

CPU = Metric(
    "AWS/EC2", "CPUUtilization", "Maximum", (("InstanceId", "{id}"),), "CPU", "%", where(state="running")
)
SIZE = Metric(
    "AWS/S3",
    "BucketSizeBytes",
    "Average",
    (("BucketName", "{name}"), ("StorageType", "StandardStorage")),
    "Size",
)
KIND = replace(RESOURCE_TYPES["instances"], metrics=(CPU,))
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 3)


def instance(id: str, state: str = "running", region: str = "eu-west-1") -> Resource:
    return Resource(
        type="instances",
        account="1",
        region=region,
        id=id,
        arn=f"arn:{id}",
        name=f"name-of-{id}",
        state=state,
    )


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


@dataclass
class Answers:
    """CloudWatch as a source: hands out the pages that the test has written."""

    pages_: list[list[Item]] = field(default_factory=list)
    asked: list[tuple[str | None, Any]] = field(default_factory=list)

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        self.asked.append((region, call.parameters))
        yield from ({"MetricDataResults": results} for results in self.pages_)

    def call(self, service: str, operation: str, **_: Any) -> Item | None:
        raise AssertionError(operation)


def result(number: int, status: str = "Complete", **values: float) -> Item:
    """Values by day of March: d1=2.0."""
    return {
        "Id": f"s{number}",
        "StatusCode": status,
        "Timestamps": [at(int(day[1:])) for day in values],
        "Values": list(values.values()),
    }


def daily(days: Days, last: date, count: int) -> Values:
    return tuple(days.get(last - back * DAY) for back in reversed(range(count)))


def test_only_resources_that_are_worth_it_are_asked_for() -> None:
    series = wanted(KIND, [instance("i-a"), instance("i-b", "stopped")])
    assert [(one.resource, one.metric.key) for one in series] == [("i-a", "CPUUtilization.Maximum")]


def test_type_without_metrics_wants_nothing() -> None:
    assert wanted(replace(KIND, metrics=()), [instance("i-a")]) == ()


def test_query_names_metric_period_and_dimensions() -> None:
    (one,) = wanted(replace(KIND, metrics=(SIZE,)), [instance("a")])
    stat = one.query(7)["MetricStat"]
    assert (one.query(7)["Id"], stat["Period"], stat["Stat"]) == ("s7", 86_400, "Average")
    assert stat["Metric"]["Dimensions"] == [
        {"Name": "BucketName", "Value": "name-of-a"},
        {"Name": "StorageType", "Value": "StandardStorage"},
    ]


def test_call_takes_five_hundred_series_of_one_region() -> None:
    many = [instance(f"i-{number}") for number in range(1_001)]
    series = wanted(KIND, [*many, instance("i-far", region="us-east-1")])
    assert [(region, len(batch)) for region, batch in batches(series)] == [
        ("eu-west-1", SERIES), ("eu-west-1", SERIES), ("eu-west-1", 1), ("us-east-1", 1),
    ]  # fmt: skip


def test_each_batch_has_its_values() -> None:
    source = Answers([[result(0, d1=1.0), result(SERIES - 1, d2=9.0)]])
    series = wanted(KIND, [instance(f"i-{number}") for number in range(SERIES)])
    found = fetch(series, source, FIRST, LAST)
    assert found[series[0]] == {date(2026, 3, 1): 1.0}
    assert found[series[-1]] == {date(2026, 3, 2): 9.0}
    assert source.asked[0][1]["StartTime"] == at(1)
    assert source.asked[0][1]["EndTime"] == at(4)


def test_missing_value_is_unknown_and_zero_is_zero() -> None:
    one, other = series = wanted(KIND, [instance("i-a"), instance("i-b")])
    found = fetch(series, Answers([[result(0, d2=0.0)]]), FIRST, LAST)
    assert daily(found[one], LAST, 3) == (None, 0.0, None)
    assert daily(found[other], LAST, 3) == (None, None, None)


def test_series_goes_on_in_the_next_page() -> None:
    series = wanted(KIND, [instance("i-a")])
    source = Answers([[result(0, "PartialData", d1=1.0)], [result(0, d2=2.0)]])
    assert daily(fetch(series, source, FIRST, LAST)[series[0]], LAST, 3) == (1.0, 2.0, None)


@pytest.mark.parametrize("status", ["InternalError", "Forbidden"])
def test_series_that_could_not_be_read_is_unknown(status: str) -> None:
    series = wanted(KIND, [instance("i-a")])
    source = Answers([[result(0, "PartialData", d1=1.0)], [result(0, status)]])
    assert fetch(series, source, FIRST, LAST) == {series[0]: {}}


def test_nothing_wanted_is_nothing_asked() -> None:
    source = Answers()
    assert fetch((), source, FIRST, LAST) == {}
    assert source.asked == []


def test_metric_of_a_global_thing_is_asked_for_where_cloudwatch_has_it() -> None:
    kind = replace(KIND, metrics=(replace(CPU, region="us-east-1"),))
    source = Answers()
    fetch(wanted(kind, [instance("a", region="global")]), source, FIRST, LAST)
    assert [region for region, _ in source.asked] == ["us-east-1"]


def test_values_keep_four_digits() -> None:
    series = wanted(KIND, [instance("i-a")])
    found = fetch(series, Answers([[result(0, d1=1_234_567.0, d2=0.00123456, d3=0.0)]]), FIRST, LAST)
    assert daily(found[series[0]], LAST, 3) == (1_235_000.0, 0.001235, 0.0)


def test_values_come_from_cloudwatch(prod: Aws, freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(at(4, 12))
    cloudwatch = boto3.client("cloudwatch", "eu-west-1")
    for day, value in ((1, 20.0), (1, 80.0), (3, 0.0)):
        cloudwatch.put_metric_data(
            Namespace="AWS/EC2",
            MetricData=[{
                "MetricName": "CPUUtilization", "Value": value, "Timestamp": at(day, 10),
                "Dimensions": [{"Name": "InstanceId", "Value": "i-a"}],
            }],
        )  # fmt: skip
    series = wanted(KIND, [instance("i-a"), instance("i-b")])
    found = fetch(series, prod.source(GLOBAL), FIRST, LAST)
    assert [daily(found[one], LAST, 3) for one in series] == [(80.0, None, 0.0), (None, None, None)]
