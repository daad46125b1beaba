from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.cop.judge.rule import example
from services.costs.resource_costs import priced
from services.costs.resource_level import dearest, nothing_told, resource_costs, told_by
from services.models.domain.costs import PeriodCosts, ResourceCosts
from services.models.kit.base import Resource
from services.prices.prices_test import PRICES

EC2, OTHER, S3 = (
    "Amazon Elastic Compute Cloud - Compute",
    "EC2 - Other",
    "Amazon Simple Storage Service",
)
TODAY = date(2026, 11, 20)
OLD = "2026-01-01T00:00:00Z"
COSTS = ResourceCosts(
    "412233445883",
    "amortized",
    "2026-11-12",
    "2026-11-19",
    {
        EC2: {"i-1": Decimal("14.00"), "i-credit": Decimal("-7")},
        OTHER: {"vol-1": Decimal("0"), "i-1": Decimal("99"), "arn:of:nat": Decimal("7")},
        S3: {"shop": Decimal("21")},
    },
)


def instance(id: str = "i-1", **fields: Any) -> Resource:
    usual = {"instance_type": "m5.large", "state": "running", "lifecycle": "on-demand", "platform": ""}
    return example("instances", id=id, cost=None, **{"created": OLD} | usual | fields)


def month(resource: Resource, costs: ResourceCosts = COSTS) -> Decimal | None:
    found = told_by(costs, TODAY)(resource)
    return None if found is None else found[0].quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    ("resource", "cost"),
    [
        (instance(), "60.83"),  # 14 / 7 x 30.4167; what other services say of the id is not the instance's
        (instance("i-credit"), "-30.42"),
        (instance("i-2"), None),
        (example("volumes", id="vol-1", created=OLD), "0.00"),
        (example("natgateways", id="nat-1", arn="arn:of:nat", created=OLD), "30.42"),
        (example("buckets", id="shop", created=None), "91.25"),
        (example("tables", id="shop", created=OLD), None),
    ],
)
def test_a_resource_costs_a_mean_day_times_the_days_of_a_month(resource: Resource, cost: str | None) -> None:
    assert month(resource) == (None if cost is None else Decimal(cost))


class Daily:
    """Cost Explorer of one account and service: id -> USD of each day that has a figure."""

    region = "us-east-1"

    def __init__(self, **figures: dict[str, str]) -> None:
        self.figures = figures
        self.asked: list[Any] = []

    def pages(self, call: Any, region: str | None = None) -> Any:
        raise AssertionError("it has no pages of botocore's")

    def call(self, service: str, operation: str, **asked: Any) -> Any:
        self.asked.append(asked)
        days = sorted({day for figures in self.figures.values() for day in figures})
        return {
            "ResultsByTime": [{"TimePeriod": {"Start": day}, "Groups": self._groups(day)} for day in days]
        }

    def _groups(self, day: str) -> list[Any]:
        return [
            {
                "Keys": [id, COSTS.account],
                "Metrics": {"UnblendedCost": {"Amount": figures[day], "Unit": "USD"}},
            }
            for id, figures in self.figures.items()
            if day in figures
        ]


WEEK = [f"2026-11-{day}" for day in range(12, 19)]


@pytest.mark.parametrize(
    ("figures", "cost"),
    [
        (dict.fromkeys(WEEK, "2"), "60.83"),
        ({"2026-11-18": "2"}, "60.83"),  # started yesterday
        ({"2026-11-12": "2", "2026-11-17": "4"}, "91.25"),  # stopped in between
        ({"2026-11-12": "0", "2026-11-13": "2"}, "30.42"),
    ],
)
@pytest.mark.parametrize("created", [OLD, "2026-11-15T00:00:00Z", "2026-11-20T03:00:00Z", None])
def test_a_mean_day_is_of_the_days_that_have_a_figure(
    figures: dict[str, str], cost: str, created: str | None
) -> None:
    """Whatever its launch or creation says: what was started again this morning ran all week."""
    source = Daily(**{"i-1": figures})
    (costs,) = resource_costs(source, "unblended", [EC2], TODAY)
    assert month(instance(created=created), costs) == Decimal(cost)
    assert [each["Granularity"] for each in source.asked] == ["DAILY"]


@pytest.mark.parametrize(
    ("today", "known"), [(date(2026, 12, 3), True), (date(2026, 12, 4), False), (date(2027, 11, 20), False)]
)
def test_figures_that_are_not_asked_for_any_more_are_not_shown(today: date, known: bool) -> None:
    assert (told_by(COSTS, today)(instance()) is not None) == known


def test_nobody_told_of_an_account_without_figures() -> None:
    assert told_by(None, TODAY) is nothing_told


def test_cost_explorer_goes_before_the_list_and_what_it_does_not_tell_has_the_lists_price() -> None:
    told = told_by(COSTS, TODAY)
    first, second = (priced(instance(id, raw={}), PRICES, told) for id in ("i-1", "i-2"))
    assert (first.cost, second.cost) == (Decimal("60.83"), Decimal("70.08"))
    assert first.cost_source == "Cost Explorer, amortized, 2026-11-12 to 2026-11-18, a mean day x 30.4"
    assert str(second.cost_source).startswith("730 h of m5.large")


def test_the_dearest_services_are_asked_for_of_those_whose_resources_are_known() -> None:
    day = PeriodCosts(
        "2026-11-19",
        "unblended",
        OLD,
        Decimal(100),
        {"services": {("1", "Tax"): Decimal(50), ("1", S3): Decimal(4), ("2", S3): Decimal(4)}},
    )
    other = replace(day, cuts={"services": {("1", EC2): Decimal(7), ("1", OTHER): Decimal(7)}})
    assert dearest([day, other], 2) == (S3, EC2)
    assert dearest([day, other], 0) == ()
    assert dearest([], 5) == ()
