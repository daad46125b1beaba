from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.changes import diff
from services.collect import collect
from services.cop.rule import example
from services.models import RESOURCE_TYPES
from services.models.scope import Scope
from services.prices import Prices, prices
from services.resource_costs import BY_TYPE, priced

PRICES = Prices(
    {"linux": {"us-east-1": {"m5.large": 0.1}}, "windows": {"us-east-1": {"m5.large": 0.2}}},
    "2025-03-02",
    {"postgres": {"us-east-1": {"db.m5.large": 0.2}}},
)
INSTANCE: dict[str, Any] = {
    "instance_type": "m5.large",
    "state": "running",
    "lifecycle": "on-demand",
    "platform": "Linux/UNIX",
    "raw": {},
}
DATABASE: dict[str, Any] = {
    "engine": "postgres",
    "instance_class": "db.m5.large",
    "state": "available",
    "multi_az": False,
    "cluster": "",
    "storage": 100,
    "storage_type": "gp3",
}
CASES: list[tuple[str, dict[str, Any], str | None, str]] = [
    ("instances", INSTANCE, "73.00", "price list of 2025-03-02 x 730 h, on demand"),
    ("instances", INSTANCE | {"platform": "Windows"}, "146.00", "on demand"),
    ("instances", INSTANCE | {"state": "stopped"}, "0.00", "only its volumes"),
    ("instances", INSTANCE | {"state": "pending"}, None, ""),
    ("instances", INSTANCE | {"lifecycle": "spot"}, None, ""),
    ("instances", INSTANCE | {"raw": {"Placement": {"Tenancy": "host"}}}, None, ""),
    ("instances", INSTANCE | {"platform": "Red Hat Enterprise Linux"}, None, ""),
    ("instances", INSTANCE | {"instance_type": "x99.huge"}, None, ""),
    ("databases", DATABASE, "157.50", "730 h, on demand, and list price of us-east-1, 2026-11 x 100 GiB"),
    ("databases", DATABASE | {"multi_az": True}, "315.00", ""),
    ("databases", DATABASE | {"cluster": "aurora", "storage": None}, "146.00", ""),
    ("databases", DATABASE | {"storage_type": "io1"}, None, ""),
    ("databases", DATABASE | {"multi_az": None}, None, ""),
    ("databases", DATABASE | {"engine": "oracle"}, None, ""),
    ("volumes", {"volume_type": "gp2", "size": 100}, "10.00", "us-east-1, 2026-11 x 100 GiB"),
    ("volumes", {"volume_type": "gp2", "size": None}, None, ""),
    ("addresses", {"pool": "amazon"}, "3.65", "x 730 h"),
    ("addresses", {"pool": "ours"}, None, ""),
    ("natgateways", {"state": "available"}, "32.85", "without data"),
    ("natgateways", {"state": "deleted"}, None, ""),
    ("loadbalancers", {"kind": "application", "state": "active"}, "16.43", "without capacity units"),
    ("loadbalancers", {"kind": "gateway", "state": "active"}, None, ""),
    ("classicloadbalancers", {}, "18.25", ""),
    ("vpcendpoints", {"kind": "Interface", "zones": 3}, "21.90", "x 3 zones"),
    ("vpcendpoints", {"kind": "Gateway", "zones": None}, "0.00", "free"),
    ("vpcendpoints", {"kind": "Interface", "zones": None}, None, ""),
    ("secrets", {}, "0.40", ""),
    ("queues", {}, None, ""),
]


@pytest.mark.parametrize(("type", "fields", "cost", "source"), CASES)
def test_a_resource_costs_what_the_price_list_says_or_what_is_unknown(
    type: str, fields: dict[str, Any], cost: str | None, source: str
) -> None:
    found = priced(example(type, cost=None, **fields), PRICES)
    assert found.cost == (None if cost is None else Decimal(cost))
    assert source in (found.cost_source or "")
    assert (found.cost_source is None) == (cost is None)


def test_every_type_with_a_price_has_a_case() -> None:
    assert {*BY_TYPE} <= {type for type, *_ in CASES} & {*RESOURCE_TYPES}


def test_what_is_known_already_stays() -> None:
    index = priced(example("marqoindexes", cost=Decimal(5)), PRICES)
    assert (index.cost, index.cost_source) == (Decimal(5), "Marqo's price list x 730 h")
    other = example("volumes", cost=Decimal(5))
    assert priced(other, PRICES) is other


def test_less_than_half_a_cent_is_not_nothing() -> None:
    found = priced(example("buckets", cost=None), PRICES, lambda _: (Decimal("0.00042"), "Cost Explorer"))
    assert found.to_json()["cost"] == "0.0004"
    nothing = priced(example("buckets", cost=None), PRICES, lambda _: (Decimal(0), "Cost Explorer"))
    assert nothing.to_json()["cost"] == "0.00"


class OnePage:
    def pages(self, call: object, region: object = None) -> list[dict[str, Any]]:
        return [{"Volumes": [RESOURCE_TYPES["volumes"].sample | {"VolumeType": "gp2", "Size": 50}]}]


def test_what_is_collected_has_its_price_and_says_where_it_is_from() -> None:
    (volume,) = collect(RESOURCE_TYPES["volumes"], Scope("1", "us-east-1", "volumes"), OnePage())  # type: ignore[arg-type]
    assert volume.cost == Decimal("5.00")
    assert volume.to_json()["cost_source"].startswith("list price of us-east-1")
    assert type(volume).from_json(volume.to_json()) == volume


def test_a_new_price_list_makes_no_history() -> None:
    old = priced(example("instances", cost=None, **INSTANCE), PRICES)
    new = replace(old, cost=Decimal(80), cost_source="price list of 2026-11-20")
    assert diff([old.to_json()], [new.to_json()], 1) == []


def test_the_prices_that_ship_know_a_common_instance() -> None:
    found = priced(example("instances", cost=None, **INSTANCE), prices())
    assert found.cost is not None
    assert found.cost > 50
