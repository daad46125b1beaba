from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from moto import mock_aws

from services.cop.rule import NOW
from services.cop.store import FindingStore
from services.cop.store_test import ENTRY, LATER, dynamo
from services.cop.table_findings import POLL, TableFindings
from services.models.all import Everything
from services.models.findings import FindingQuery
from services.read_model import ReadModel
from settings import ROOT

DEMO = ROOT / "local_data.json"
ALL = FindingQuery()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Everything:
    return ReadModel(DEMO, tmp_path_factory.mktemp("cache"), DEMO).current()


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
