"""History of a table: what a page asked for, with no more queries than that takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from services.conformance_test import ELSEWHERE, VOLUMES, attempt, make_table, moto_client
from services.dynamo_data_service import DynamoDataService, Tick
from services.models.everything.history import ChangeQuery
from services.models.kit.scope import Account, Key
from services.read import table_history
from services.read.table_history import POLL, SETTLED, TableHistory
from services.read.table_read_model_test import Counted
from services.store.dynamo_table import Table
from tooling.blocks.queues import RETENTION

HOUR = 3_600_000  # milliseconds
NOW = datetime(2026, 11, 20, 20, tzinfo=UTC)
TODAY, WEEK = "2026-11-20", "2026-11-14"


def at(hours: int) -> int:
    """A generation so many hours before NOW."""
    return int(NOW.timestamp() * 1000) - hours * HOUR


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


class World:
    """A table, its History as the console reads it, and how many queries that took."""

    def __init__(self, folder: Path) -> None:
        make_table(moto_client(), f"polo-{folder.name}")
        self.client = Counted(moto_client())
        table = Table(f"polo-{folder.name}", self.client, now=lambda: NOW.timestamp())
        self.service = DynamoDataService(table)
        self.clock = Clock()
        self.history = TableHistory(self.service, lambda: NOW, self.clock)
        self.collect(200, "a")

    def collect(self, hours: int, *ids: str, scope: Any = VOLUMES) -> None:
        self.service.replace_scope(attempt(at(hours), ids, scope))

    def seen(self, first: str = WEEK, accounts: tuple[str, ...] = ()) -> tuple[list[str], str, int]:
        """The ids that a page shows, its notice, and the queries it took."""
        self.client.calls.clear()
        history, notice = self.history.covering(first, TODAY, accounts)
        queries = self.client.calls.count("query")
        page = history.page(ChangeQuery(first, TODAY))
        return [f"{change.kind[0]}{change.id}" for change in page.changes], notice, queries


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with mock_aws():
        yield World(tmp_path)


def test_a_page_reads_each_account_once_and_then_only_the_clock(world: World) -> None:
    world.collect(1, "a", "b")
    assert world.seen() == (["ab"], "", 2)  # the clock, and the account
    world.clock.now += SETTLED
    assert world.seen() == (["ab"], "", 1)
    assert world.seen() == (["ab"], "", 0)  # the clock was looked at a moment ago


def test_what_is_collected_later_is_seen_with_the_next_look_at_the_clock(world: World) -> None:
    world.seen()
    world.clock.now += SETTLED
    world.collect(1, "a", "c")
    assert world.seen()[0] == ["ac"]
    world.collect(0, "c")
    world.clock.now += POLL
    assert world.seen()[0] == ["va", "ac"]


def test_a_late_generation_is_seen_although_it_is_older_than_what_was_read(world: World) -> None:
    world.collect(200, "x", scope=ELSEWHERE)
    world.collect(1, "a", "b")
    world.seen()
    world.clock.now += SETTLED
    world.collect(3, "x", "y", scope=ELSEWHERE)
    assert world.seen()[0] == ["ab", "ay"]


def test_history_that_is_written_just_after_the_clock_moved_is_seen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.seen()
    monkeypatch.setattr(world.service, "clock", lambda: dict(known))  # as a flip has left it
    known = {VOLUMES.account: Tick("moved")}
    world.clock.now += SETTLED
    assert world.seen()[0] == []
    world.collect(1, "a", "b")
    world.clock.now += SETTLED / 2
    assert world.seen()[0] == ["ab"]


def test_days_further_back_are_read_when_they_are_asked_for(world: World) -> None:
    world.collect(30, "a", "b")
    world.collect(1, "a", "b", "c")
    assert world.seen(TODAY)[0] == ["ac"]
    world.clock.now += SETTLED
    assert world.seen(WEEK)[0] == ["ac", "ab"]


def test_only_the_accounts_of_the_page_are_read(world: World) -> None:
    world.service.name_accounts([Account("222222222222", "two"), Account("333333333333", "three")])
    assert world.seen(accounts=(VOLUMES.account,))[2] == 2
    assert world.seen(accounts=("no such",))[2] == 0


def test_a_read_takes_so_many_changes_and_the_next_one_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_history, "MOST", 2)
    world.service.name_accounts([Account(VOLUMES.account, "prod")])
    for hours in (5, 4, 3, 2, 1):
        world.collect(hours, "a", *(f"{number}" for number in range(hours, 6)))
    first, notice, _ = world.seen()
    assert first == ["a1", "a2"]
    assert "for prod" in notice
    world.clock.now += SETTLED
    assert world.seen()[0] == ["a1", "a2", "a3", "a4"]
    second, notice, _ = world.seen()
    assert (second, notice) == (["a1", "a2", "a3", "a4", "a5"], "")


def test_one_resource_is_one_query(world: World) -> None:
    world.collect(2, "a", "b")
    world.collect(1, "a")
    world.client.calls.clear()
    found = world.history.of(Key("volumes", VOLUMES.account, "eu-west-1", "b"), 10)
    assert [change.kind for change in found] == ["vanished", "appeared"]
    assert world.client.calls == ["query"]
    assert len(world.history.of(Key("volumes", VOLUMES.account, "eu-west-1", "b"), 1)) == 1


def test_home_is_told_of_the_last_day(world: World) -> None:
    world.collect(50, "a", "b")
    assert world.history.lately(1) is None
    world.clock.now += SETTLED
    world.collect(1, "a", "c")
    found = world.history.lately(1)
    assert found
    assert [change.id for change in found] in (["b"], ["c"])
    world.client.calls.clear()
    assert world.history.lately(1) == found
    assert world.client.calls == ["query"], "the account, for it has just been written"


def test_home_of_many_accounts_is_told_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_history, "READERS", 1)
    world.collect(1, "a", "b")
    assert world.history.lately(1)
    world.clock.now += POLL
    world.service.name_accounts([Account("222222222222", "two")])
    assert world.history.lately(1) is None


def test_an_overlap_is_as_long_as_a_message_lives() -> None:
    assert timedelta(seconds=RETENTION) <= table_history.LATE
