"""GET /sync and POST /sync/collect: what a click on "Collect again" does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from devserver.gateway.gateway import Client
from routes.conftest import NOW
from routes.theme_test import ORIGIN
from services.collect.again import Busy
from services.models.all_test import instance, volume
from services.models.kit.scope import Account, Scope, ScopeHead

PROD = "111122223333"
MOMENT = int(NOW.timestamp() * 1000)
HEAD = ScopeHead(Scope(PROD, "eu-west-1", "instances"), 1, 1, "ok", 2, calls=4, throttles=1)
FORM = {"csrf": "token-1", "account": PROD}


@dataclass
class FakeCollector:
    """Remembers what it was asked for; its heads are what the test says."""

    now: tuple[ScopeHead, ...] = (HEAD, replace(HEAD, scope=Scope(PROD, "eu-west-1", "volumes")))
    asked: list[tuple[Account, list[Scope]]] = field(default_factory=list)
    why: str = ""
    running: str = ""
    said: str = ""
    works: bool = True
    busy: bool = False

    def refusal(self) -> str:
        return self.why

    def covers(self, types: Iterable[str]) -> tuple[str, ...]:
        return tuple(types)

    def heads(self, account: str) -> tuple[ScopeHead, ...]:
        return tuple(head for head in self.now if head.scope.account == account)

    def ask(self, account: Account, scopes: Sequence[Scope]) -> None:
        if self.busy:
            raise Busy("prod is being collected", "wait until it is done")
        self.asked.append((account, [*scopes]))

    def at_work(self, asked: float) -> bool:
        return self.works

    def under_way(self) -> str:
        return self.running

    def trouble(self) -> str:
        return self.said


@pytest.fixture
def collector() -> FakeCollector:
    return FakeCollector()


@pytest.fixture
def client(console: Callable[..., Client], collector: FakeCollector) -> Client:
    return console(instance("i-1"), volume("vol-1"), collector=collector)


def test_a_click_asks_for_all_of_an_account_and_leads_to_where_it_is_awaited(
    client: Client, collector: FakeCollector
) -> None:
    response = client.post("/sync/collect", headers=ORIGIN, form=FORM)
    assert collector.asked == [(Account(PROD, "prod"), [head.scope for head in collector.now])]
    assert response.status == 303
    assert response.header("Location") == f"/sync?account={PROD}&asked={MOMENT - 5_000}"


def test_a_click_asks_for_one_type(client: Client, collector: FakeCollector) -> None:
    response = client.post("/sync/collect", headers=ORIGIN, form=FORM | {"type": "volumes"})
    assert collector.asked == [(Account(PROD, "prod"), [collector.now[1].scope])]
    assert f"account={PROD}&type=volumes&asked=" in response.header("Location")


def test_what_is_awaited_is_newer_than_what_is_there_whatever_the_clocks_say(
    client: Client, collector: FakeCollector
) -> None:
    collector.now = (replace(HEAD, attempted=MOMENT + 7),)
    location = client.post("/sync/collect", headers=ORIGIN, form=FORM).header("Location")
    assert location.endswith(f"asked={MOMENT + 8}")


def test_under_a_stage_the_way_leads_back_under_it(
    console: Callable[..., Client], collector: FakeCollector
) -> None:
    client = console(instance("i-1"), stage="prod", collector=collector)
    response = client.post("/prod/sync/collect", headers=ORIGIN, form=FORM)
    assert response.header("Location").startswith("/prod/sync?")


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        (ORIGIN | {"Origin": "https://evil.example"}, FORM),
        ({"Cookie": ORIGIN["Cookie"]}, FORM),
        (ORIGIN, FORM | {"csrf": "token-2"}),
        (ORIGIN, {"account": PROD}),
    ],
)
def test_a_form_from_elsewhere_collects_nothing(
    client: Client, collector: FakeCollector, headers: dict[str, str], form: dict[str, str]
) -> None:
    assert client.post("/sync/collect", headers=headers, form=form).status == 403
    assert collector.asked == []


@pytest.mark.parametrize("form", [{"account": "222233334444"}, {"account": PROD, "type": "buckets"}, {}])
def test_what_is_not_on_the_board_is_not_collected(
    client: Client, collector: FakeCollector, form: dict[str, str]
) -> None:
    assert client.post("/sync/collect", headers=ORIGIN, form={"csrf": "token-1"} | form).status == 404
    assert collector.asked == []


def test_one_at_a_time(client: Client, collector: FakeCollector) -> None:
    collector.busy = True
    response = client.post("/sync/collect", headers=ORIGIN, form=FORM)
    assert response.status == 409
    assert "wait until it is done" in response.text


def awaited(client: Client, type: str = "") -> str:
    return client.get(f"/sync?account={PROD}&type={type}&asked=100").text


def test_the_page_asks_for_itself_until_every_scope_was_tried(
    client: Client, collector: FakeCollector
) -> None:
    first, second = collector.now
    collector.now = (replace(first, attempted=100), second)
    page = awaited(client)
    assert "Collecting prod: 1 of 2 scopes done" in page
    assert 'hx-trigger="every 2s"' in page
    assert f'href="/sync?account={PROD}&amp;asked=100"' in page  # without JavaScript
    collector.now = (replace(first, attempted=100), replace(second, attempted=101))
    page = awaited(client)
    assert "every 2s" not in page
    assert "prod collected" in page
    assert "2 throttles" in page


def test_a_scope_that_failed_is_told(client: Client, collector: FakeCollector) -> None:
    collector.now = (replace(HEAD, attempted=100, status="error", error="AccessDenied"),)
    assert "1 scope failed" in awaited(client, "instances")


def test_what_does_not_come_any_more_is_not_waited_for(client: Client, collector: FakeCollector) -> None:
    collector.works = False
    page = awaited(client)
    assert "every 2s" not in page
    assert "prod: 2 scopes did not come to an end" in page


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"why": "this is the demo estate"}, "this is the demo estate"),
        ({"running": "dev"}, "not now, dev is being collected"),
    ],
)
def test_a_button_that_cannot_work_is_disabled_and_says_why(
    client: Client, collector: FakeCollector, values: dict[str, Any], shown: str
) -> None:
    assert " disabled" not in client.get("/sync").text.partition('id="board"')[2]
    vars(collector).update(values)
    board = client.get("/sync").text
    assert " disabled" in board.partition('id="board"')[2]
    assert shown in board


def test_how_the_last_one_failed_is_on_the_board(client: Client, collector: FakeCollector) -> None:
    collector.said = "prod: the credentials have expired <b>"
    assert "the credentials have expired &lt;b&gt;" in client.get("/sync").text


def test_a_cell_leads_to_its_scopes_with_their_calls_and_throttles(client: Client) -> None:
    assert f'href="/sync?account={PROD}&amp;type=instances"' in client.get("/sync").text
    page = client.get(f"/sync?account={PROD}&type=instances").text
    assert "Throttles" in page
    assert "unknown" in page  # the estate's heads are of an older release
    assert "nothing of it has been collected" in client.get("/sync?account=222233334444").text


@pytest.mark.parametrize("asked", ["x", "-1", "1" * 15, "%D9%A3"])
def test_a_moment_that_is_none_is_a_400(client: Client, asked: str) -> None:
    assert client.get(f"/sync?account={PROD}&asked={asked}").status == 400
