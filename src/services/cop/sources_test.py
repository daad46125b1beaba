from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from moto import mock_aws

from services.cop import sources
from services.cop.inspection import World
from services.cop.local_store import LocalFindingStore
from services.cop.rule import NOW
from services.cop.sources import KEPT, POLL, LocalFindings, TableFindings
from services.cop.store import FindingStore
from services.cop.store_test import ENTRY, LATER, MUTE, dynamo
from services.models.all import Everything
from services.models.findings import FindingQuery
from services.prices import prices
from services.read_model import ReadModel
from settings import ROOT

DEMO = ROOT / "local_data.json"
ALL = FindingQuery()


def world(now: datetime) -> World:
    return World(now, prices(), lambda resource, metric, days: (None,) * days)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Everything:
    return ReadModel(DEMO, tmp_path_factory.mktemp("cache"), DEMO).current()


@pytest.fixture
def local(tmp_path: Path) -> LocalFindings:
    return LocalFindings(LocalFindingStore(tmp_path), tmp_path / "cache", world)


def test_findings_are_judged_once_for_the_same_estate_and_rules(
    demo: Everything, local: LocalFindings
) -> None:
    first = local.current(demo, NOW)
    assert first.totals(ALL).count > 100
    assert local.current(demo, NOW + timedelta(minutes=1)).path == first.path


def test_a_mute_shows_at_once(demo: Everything, local: LocalFindings) -> None:
    before = local.current(demo, NOW).totals(FindingQuery(filters={"status": ("muted",)}))
    local.store.mute(replace(MUTE, expires="2099-01-01T00:00:00Z"))
    after = local.current(demo, NOW).totals(FindingQuery(filters={"status": ("muted",)}))
    assert (before.count, after.count > 0) == (0, True)


def test_a_saved_rule_is_judged_by_at_once(
    demo: Everything, local: LocalFindings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = tmp_path / "cop" / "rule.py"
    rule.parent.mkdir()
    rule.touch()
    monkeypatch.setattr(sources, "CODE", tmp_path)
    before = local.current(demo, NOW).path
    os.utime(rule, ns=(0, 1))
    assert local.current(demo, NOW).path != before


def test_earlier_findings_are_forgotten(demo: Everything, local: LocalFindings) -> None:
    for day in range(KEPT + 2):
        local.current(demo, NOW + timedelta(days=day))
    assert len([*local.cache.glob("findings-*.sqlite")]) == KEPT


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FindingStore]:
    with mock_aws():
        yield dynamo(tmp_path)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_deployed_findings_are_those_of_the_last_patrol(
    demo: Everything, store: FindingStore, tmp_path: Path
) -> None:
    clock = Clock()
    table = TableFindings(store, tmp_path, clock)
    assert table.current(demo, NOW).totals(ALL).count == 0
    store.keep(store.ledger("1"), [ENTRY], LATER)
    assert table.current(demo, NOW).totals(ALL).count == 0, "looked at a moment ago"
    clock.now += POLL
    assert table.current(demo, NOW).totals(ALL).count == 1


def test_only_the_ledgers_that_changed_are_read_again(
    demo: Everything, store: FindingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    table = TableFindings(store, tmp_path, clock)
    for account in ("1", "2"):
        store.keep(store.ledger(account), [replace(ENTRY, account=account)], LATER)
    table.current(demo, NOW)
    store.keep(store.ledger("2"), [], LATER)
    read: list[str] = []
    ledger = store.ledger
    monkeypatch.setattr(store, "ledger", lambda account: read.append(account) or ledger(account))
    clock.now += POLL
    assert table.current(demo, NOW).totals(ALL).count == 1
    assert read == ["2"]
