from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from moto import mock_aws

from services.cop.judge.rule import NOW
from services.cop.patrol.table_findings import POLL, TableFindings
from services.cop.store.dynamo import DynamoFindingStore
from services.cop.store.port import FindingStore
from services.cop.store.port_test import ENTRY, LATER, MUTE, dynamo
from services.models.all import Everything
from services.models.domain.findings import FindingQuery
from services.read.read_model import ReadModel
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


def statuses(table: TableFindings, demo: Everything, now: datetime = NOW) -> list[str]:
    return [row.status for row in table.current(demo, now).rows(ALL)]


def test_a_mute_holds_at_once_and_until_it_expires_and_no_ledger_is_read_again(
    demo: Everything, store: FindingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    table = TableFindings(store, tmp_path, clock)
    store.keep(store.ledger("1"), [ENTRY, replace(ENTRY, rule="EBS-OTHER", saving=None)], LATER)
    assert statuses(table, demo) == ["open", "open"]
    monkeypatch.setattr(store, "ledger", lambda account: pytest.fail("read again"))
    store.mute(MUTE)
    clock.now += POLL
    assert sorted(statuses(table, demo)) == ["muted", "open"]
    assert table.current(demo, NOW).totals(FindingQuery(filters={"status": ("open",)})).saving == 0
    clock.now += POLL
    expired = datetime.fromisoformat(MUTE.expires) + timedelta(seconds=1)
    assert statuses(table, demo, expired) == ["open", "open"]


def test_findings_that_are_lost_stay_as_they_were_read_and_the_notice_says_so(
    demo: Everything, store: DynamoFindingStore, tmp_path: Path
) -> None:
    clock = Clock()
    table = TableFindings(store, tmp_path, clock)
    for account in ("1", "2"):
        store.keep(store.ledger(account), [replace(ENTRY, account=account)], LATER)
    table.current(demo, NOW)
    store.keep(store.ledger("1"), [ENTRY, replace(ENTRY, id="vol-2")], LATER)
    parts = store.table.query("F#1", only=("sk",))
    store.table.write(deletes=[("F#1", part["sk"]) for part in parts])
    clock.now += POLL
    found = table.current(demo, NOW)
    assert found.totals(ALL).count == 2
    assert found.notice.startswith("Not read: parts of the findings of 1 are missing or damaged. What was")
    store.keep(store.ledger("1"), [], LATER)
    clock.now += POLL
    assert (table.current(demo, NOW).totals(ALL).count, table.current(demo, NOW).notice) == (1, "")


def test_an_account_that_is_gone_takes_its_findings_along(
    demo: Everything, store: DynamoFindingStore, tmp_path: Path
) -> None:
    clock = Clock()
    table = TableFindings(store, tmp_path, clock)
    for account in ("1", "2"):
        store.keep(store.ledger(account), [replace(ENTRY, account=account)], LATER)
    assert table.current(demo, NOW).totals(ALL).count == 2
    store.table.write(deletes=[("FINDINGS", "2")])
    clock.now += POLL
    assert table.current(demo, NOW).totals(ALL).count == 1
