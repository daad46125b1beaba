"""What the demo estate's resources cost is what Polo says of them: in the list, the bill and a finding."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from services.costs.local_store import LocalCostStore
from services.costs.resource_costs import priced
from services.models import RESOURCE_TYPES
from services.models.domain.daily import DAY
from services.models.kit.base import Document
from services.prices import prices
from tooling.demo.costs import COVER, DAYS, SERVICE
from tooling.demo.demo import make_demo, write_beside, write_demo
from tooling.demo.whose import ACCOUNTS, NOW
from tooling.laptop.cop import cop

Key = tuple[str, str, str, str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "local_data.json"
    write_beside(path, write_demo(path))
    return path.parent


@pytest.fixture(scope="module")
def documents() -> dict[Key, Document]:
    found = (each for members in make_demo().resources.values() for each in members)
    return {(each["type"], each["account"], each["region"], each["id"]): each for each in found}


def test_every_cost_is_what_a_collection_would_have_found(documents: dict[Key, Document]) -> None:
    for each in documents.values():
        model = RESOURCE_TYPES[each["type"]].model
        found = priced(model.from_json(each | {"cost": None, "cost_source": ""}), prices())
        if each["type"] == "marqoindexes":  # these tell it themselves
            found = priced(model.from_json(each), prices())
        cost = None if each["cost"] is None else Decimal(each["cost"])
        assert (found.cost, found.cost_source or "") == (cost, each.get("cost_source", "")), each["id"]
    known = {each["type"] for each in documents.values() if each["cost"] and Decimal(each["cost"])}
    assert known >= {"instances", "volumes", "addresses", "loadbalancers", "natgateways", "secrets"}


def test_an_accounts_service_costs_more_than_its_resources_but_not_much(
    folder: Path, documents: dict[Key, Document]
) -> None:
    """The last 30 days; what has a usage of its own (see USAGE) may cost more."""
    store = LocalCostStore(folder / "local_costs.json", folder / "requests.json")
    spent: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for back in range(1, 31):
        found = store.costs(str(NOW.date() - back * DAY))
        assert found is not None
        for group, amount in found.cuts["services"].items():
            spent[group] += amount
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for each in documents.values():
        if each["type"] in SERVICE and each["cost"]:
            sums[each["account"], SERVICE[each["type"]]] += Decimal(each["cost"])
    assert {account for account, _ in sums} == {*ACCOUNTS}
    share = Decimal(30 / DAYS)
    for group, monthly in sums.items():
        assert monthly * share <= spent[group], group
    covered = {group for group in sums if "Compute" in group[1] and ACCOUNTS[group[0]] != "staging"}
    for group in covered:
        assert spent[group] <= sums[group] * share * Decimal(COVER) * Decimal("1.06"), group


def test_no_finding_saves_more_than_the_list_says_it_costs(
    folder: Path, documents: dict[Key, Document]
) -> None:
    out, checked = StringIO(), set()
    assert cop(as_json=True, data_dir=folder, now=NOW, out=out) == 0
    for each in json.loads(out.getvalue()):
        found = documents.get((each["type"], each["account"], each["region"], each["id"]))
        if not found or each["saving"] is None or found["cost"] is None or each["confidence"] == "hint":
            continue
        if each["rule"] == "RDS-EXTENDED":  # a charge of its own, on top of what the list has
            continue
        also = (documents[tuple(key)]["cost"] for key in each["covers"])
        cost = Decimal(found["cost"]) + sum(Decimal(one) for one in also)
        assert Decimal(each["saving"]) <= cost + Decimal("0.01"), (each["rule"], each["id"])
        checked.add(each["rule"])
    assert checked >= {"EBS-UNATTACHED", "EC2-IDLE", "EBS-IO-OVER", "MARQO-IDLE", "LB-IDLE", "NAT-IDLE"}


def test_costs_end_yesterday(folder: Path) -> None:
    store = LocalCostStore(folder / "local_costs.json", folder / "requests.json")
    assert max(period for period in store.kept() if len(period) > 7) == str(NOW.date() - DAY)
    assert min(store.kept()) == "2025-11"
