"""Costs as pseudo-resources: how their findings appear, stay frozen, and are resolved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from services.cop.judge.inspection import World
from services.cop.judge.rule import NOW
from services.cop.judge.spend import Spending, spend, spending
from services.cop.patrol.patrol import patrol
from services.cop.registry import RULES
from services.cop.store.local import LocalFindingStore
from services.costs.costs_test import days
from services.costs.local_store import LocalCostStore
from services.costs.source import StoredCosts
from services.models.all_test import everything, instance
from services.models.domain.costs import Weeks
from services.models.domain.finding import Entry
from services.prices import prices

WORLD = World(NOW, prices(), lambda resource, metric, days: (None,) * days)
JUMP = {"COST-JUMP": RULES["COST-JUMP"]}
ACCOUNT = "111122223333"
Found = Callable[..., list[Entry]]


def spent(last: str, account: str = ACCOUNT) -> Spending:
    return {account: (spend(Weeks(account, "Amazon SageMaker", Decimal(last), Decimal(100))),)}


@pytest.fixture
def found(tmp_path: Path) -> Found:
    estate, store = everything(tmp_path, instance("i-1")), LocalFindingStore(tmp_path)

    def patrolled(known: Mapping[str, object] | None, rules: object = JUMP, later: int = 0) -> list[Entry]:
        world = replace(WORLD, now=NOW + timedelta(days=later), spending=lambda: known)
        return [entry for ledger in patrol(estate, store, rules, world) for entry in ledger.entries]  # type: ignore[arg-type]

    return patrolled


def test_a_jump_is_found_frozen_while_costs_are_unknown_and_then_resolved(found: Found) -> None:
    (jump,) = found(spent("400"))
    assert (jump.rule, jump.key, jump.name) == (
        "COST-JUMP",
        ("spend", ACCOUNT, "global", "Amazon SageMaker"),
        "SageMaker",
    )
    assert (jump.saving, jump.formula) == (None, ""), "nobody knows how much of it could go"
    assert "$1,300 more a month if it goes on" in jump.message
    (frozen,) = found(None, later=1)
    assert (bool(frozen.frozen), frozen.resolved) == (True, "")
    (resolved,) = found(spent("100"), later=2)
    assert resolved.resolved


def test_a_service_that_costs_nothing_any_more_resolves_its_finding(found: Found) -> None:
    assert len(found(spent("400"))) == 1
    assert found({})[0].resolved


def test_the_saving_that_an_earlier_version_stored_of_a_jump_is_left_out(
    found: Found, tmp_path: Path
) -> None:
    (jump,) = found(spent("400"))
    store = LocalFindingStore(tmp_path)
    earlier = replace(jump, saving=Decimal("1300.00"), formula="if it goes on: $300 a week × 52 / 12")
    assert store.keep(store.ledger(ACCOUNT), [earlier], "2026-11-20T12:00:00Z")
    assert list(store.ledger(ACCOUNT).entries) == [jump]
    assert Entry.from_json(earlier.to_json()) == jump  # as the table keeps it


def test_an_account_that_only_the_bill_knows_is_judged_too(found: Found) -> None:
    assert [entry.account for entry in found(spent("400", "999999999999"))] == ["999999999999"]


def test_rules_of_every_type_leave_pseudo_resources_alone(found: Found) -> None:
    assert {entry.rule for entry in found(spent("400"), RULES) if entry.type == "spend"} == {"COST-JUMP"}


def test_what_is_spent_is_read_from_the_costs(tmp_path: Path) -> None:
    store = LocalCostStore(tmp_path / "costs.json", tmp_path / "requests.json")
    source = StoredCosts(lambda: store, tmp_path, poll=0)
    assert spending(source, date(2026, 11, 20)) is None
    store.keep(days("2026-10-16", "2026-11-19", "10"))
    known = spending(source, date(2026, 11, 20))
    assert known is not None
    assert [(each.name, each.last, each.usual) for each in known["1"]] == [
        ("EC2", Decimal(42), Decimal(42)),
        ("S3", Decimal(21), Decimal(21)),
    ]
    assert spending(source, date(2026, 12, 20)) is None
    assert spending(source, None) is not None
