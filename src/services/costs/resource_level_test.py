from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.cop.rule import example
from services.costs.resource_level import dearest, nothing_told, told_by
from services.models.base import Resource
from services.models.costs import PeriodCosts, ResourceCosts
from services.prices.prices_test import PRICES
from services.resource_costs import priced

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


@pytest.mark.parametrize(
    ("created", "cost"),
    [
        ("2026-11-15T00:00:00Z", "106.46"),  # 14 / 4 days
        ("2026-11-18T00:00:00Z", "425.83"),
        ("2026-11-18T00:00:01Z", None),  # younger than a day: a mean day is not known
        ("2026-11-20T03:00:00Z", None),
        ("2026-11-12T00:00:00Z", "60.83"),
    ],
)
def test_a_young_resource_is_not_taken_for_a_cheap_one(created: str, cost: str | None) -> None:
    assert month(instance(created=created)) == (None if cost is None else Decimal(cost))


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
