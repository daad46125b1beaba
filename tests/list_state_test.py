"""Every list says how what it shows was collected; what is empty for another reason never passes for none."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from devserver.gateway.gateway import Client
from routes.conftest import Estate
from services.models.all import Everything
from services.models.all_test import instance
from services.models.everything.line import dump
from services.models.everything.writer import Writer
from services.models.kit.scope import Account, Scope, ScopeHead, ScopeStatus
from settings import Settings
from tests.web_routes import rules
from wiring.web import web_app

NOW = datetime(2026, 11, 20, 20, 14, tzinfo=UTC)
THEN = int((NOW - timedelta(minutes=5)).timestamp() * 1000)
HERE = Scope("111122223333", "eu-west-1", "instances")
THERE = Scope("111122223333", "us-east-1", "instances")
REASON = "AccessDenied: <b>not</b> allowed to ec2:DescribeInstances"
SHUT = "AccessDenied: may not call it: a <b>service control policy denies it"
NO_LISTS = {
    "/": "Home shows cards",
    "/favicon.ico": "leads to the picture",
    "/health": "has an empty body",
    "/resources/<type>/<account>/<region>/<id>": "one resource",
    "/cop/why/<type>/<account>/<region>/<id>": "one resource",
}
NOT_OF_SCOPES = {"/costs", "/deployments", "/reports/<name>"}  # how fresh these are is told otherwise
PARTS = {"<type>": "instances", "<id>": "EC2-OLDGEN", "<name>": "waste"}
HEADS = {
    "never": [],
    "tried in vain": [ScopeHead(HERE, 0, THEN, "error", 0, REASON)],
    "none": [ScopeHead(HERE, THEN, THEN), ScopeHead(THERE, THEN, THEN)],
    "some failed": [ScopeHead(HERE, THEN, THEN), ScopeHead(THERE, 1, THEN, "error", 0, REASON)],
    "held": [ScopeHead(HERE, THEN, THEN), ScopeHead(THERE, 1, THEN, "held", 9, held_count=2)],
    "some never": [ScopeHead(HERE, THEN, THEN), ScopeHead(THERE)],
    "all failed": [ScopeHead(each, 1, THEN, "error", 0, REASON) for each in (HERE, THERE)],
    "some closed": [ScopeHead(HERE, THEN, THEN), ScopeHead(THERE, 0, THEN, "closed", 0, SHUT)],
    "all closed": [ScopeHead(each, 0, THEN, "closed", 0, SHUT) for each in (HERE, THERE)],
    "closed since": [ScopeHead(each, 1, THEN, "closed", 0, SHUT) for each in (HERE, THERE)],
}
CLOSED = ("some closed", "all closed", "closed since")
LINE = {
    "never": "never collected",
    "tried in vain": "1 scope failing",
    "none": "collected 5 min ago",
    "some failed": "1 scope failing",
    "held": "1 scope held back",
    "some never": "1 scope never collected",
    "all failed": "2 scopes failing",
    "some closed": "1 region is closed by a service control policy",
    "all closed": "2 regions are closed by a service control policy",
    "closed since": "2 regions are closed by a service control policy",
}
FINE = re.compile(
    r"No findings|Nothing to report|No changes(?! known)|\$0\.00|\b0.%|Nothing was spent|None in |\ball good"
)
Make = Callable[..., Client]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """A console over an estate whose scopes ended so."""
    monkeypatch.setenv("CACHE_PATH", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCAL_DATA_PATH", str(tmp_path / "local_data.json"))

    def made(state: str, *documents: dict[str, Any]) -> Client:
        path = tmp_path / f"{state}.sqlite"
        path.unlink(missing_ok=True)
        writer = Writer(path)
        writer.name_accounts([Account(HERE.account, "prod")])
        for head in HEADS[state]:
            mine = [dump(each).encode() for each in documents if head.scope == HERE]
            writer.replace_scope(head, mine)
        writer.close()
        estate = Estate(Everything(path))
        return Client(web_app(Settings.from_environment(), estate=estate, clock=lambda: NOW))

    return made


def lists(prefix: str = "") -> list[str]:
    """The rules of the routes that are lists: pages, or their JSON."""
    found = [rule for rule in rules("GET") if rule.startswith("/api/") == bool(prefix)]
    return [rule for rule in found if rule.removeprefix("/api") not in NO_LISTS]


def path_of(rule: str) -> str:
    for name, value in PARTS.items():
        rule = rule.replace(name, value)
    return rule


def line_of(client: Client, rule: str) -> str:
    page = client.get(path_of(rule))
    assert page.status == 200, (rule, page.status)
    found = re.findall(r'<p class="list-line[^>]*>(.*?)</p>', page.text, re.DOTALL)
    assert len(found) == 1, (rule, found)
    return re.sub(r"<[^>]+>", "", found[0])


def main_of(client: Client, path: str) -> str:
    """What stands in the page's content, without tags."""
    return re.sub(r"<[^>]+>", "", client.get(path).text.partition("<main")[2].partition("</main>")[0])


def test_every_status_that_a_scope_can_have_is_among_the_states() -> None:
    assert {head.status for heads in HEADS.values() for head in heads} == set(get_args(ScopeStatus))


@pytest.mark.parametrize("state", HEADS)
def test_every_list_has_one_line_that_says_how_it_was_collected(make: Make, state: str) -> None:
    client = make(state)
    for rule in lists():
        line = line_of(client, rule)
        if rule == "/sync":
            assert line.startswith(("never collected", "1 scope", "2 scopes")), line
        elif rule not in NOT_OF_SCOPES:
            assert LINE[state] in line, (rule, line)


@pytest.mark.parametrize(
    "state", ["never", "tried in vain", "all failed", "some failed", "held", "all closed"]
)
def test_no_list_takes_what_is_unknown_for_none(make: Make, state: str) -> None:
    client = make(state)
    for rule in ("/", *lists()):
        if rule == "/accounts" and state not in ("never", "tried in vain", "all closed"):
            continue  # what the last good collection found, with how many scopes fail now
        fine = FINE.findall(main_of(client, path_of(rule)))
        known = {"No findings", "$0.00"} if state in ("some failed", "held", "all failed") else set()
        assert set(fine) <= known, (rule, fine)  # of what was once collected there are none


@pytest.mark.parametrize("state", HEADS)
def test_an_empty_list_says_which_of_the_four_it_is(make: Make, state: str) -> None:
    text = main_of(make(state), "/resources/instances")
    assert ("inv sync -r instances" in text) == (state not in ("none", "some never", *CLOSED)), text
    assert ("AccessDenied: &lt;b&gt;not" in text) == ("failed" in state or state == "tried in vain"), text
    expected = {
        "never": "No instances collected yet",
        "tried in vain": "No instances collected yet",
        "none": "None in 2 scopes, collected 5 min ago",
        "some failed": "1 of 2 scopes failed",
        "held": "1 of 2 scopes failed",
        "some never": "None in 2 scopes",
        "all failed": "2 of 2 scopes failed",
        "some closed": "None in 1 scope, collected 5 min ago",
        "all closed": "2 regions are closed by a service control policy: what is there is not known",
        "closed since": "2 regions are closed by a service control policy: what is there is not known",
    }
    assert expected[state] in text


def test_filters_that_match_nothing_are_named_with_what_the_list_holds_without_them(make: Make) -> None:
    client = make("none", instance("i-1", owner="web"), instance("i-2", owner="data"))
    page = client.get("/resources/instances?owner=web&region=us-east-1&q=i-1")
    text = re.sub(r"<[^>]+>", "", page.text)
    assert "Nothing matches" in text
    assert "Without region: us-east-1: 1" in text
    assert "Without owner: web: 0" in text
    assert client.get("/resources/instances?owner=web&amp;q=i-1".replace("&amp;", "&")).status == 200


@pytest.mark.parametrize("state", HEADS)
def test_the_json_of_a_list_says_it_too(make: Make, state: str) -> None:
    client = make(state)
    told = set()
    for rule in lists("/api"):
        found = client.get(path_of(rule))
        if found.status == 200 and "collection" in found.json():
            told.add(rule)
            collection = found.json()["collection"]
            assert collection["scopes"] == len(HEADS[state]), rule
            unknown = state in ("never", "tried in vain", "all closed")
            assert found.json().get("count", 1) != 0 or not unknown, (rule, "nobody knows how many")
            assert collection["failing"] == sum(head.status == "error" for head in HEADS[state])
            assert collection["never"] == sum(
                head.generation == 0 and head.status != "closed" for head in HEADS[state]
            )
            assert collection["closed"] == sum(head.status == "closed" for head in HEADS[state])
            assert "count" in found.json() or rule in ("/api/accounts", "/api/reports"), rule
    assert told == {
        "/api/resources", "/api/resources/<type>", "/api/accounts", "/api/summary", "/api/changes",
        "/api/cop/findings", "/api/reports",
    }  # fmt: skip


def test_what_was_never_collected_matches_no_filter_and_is_not_none_either(make: Make) -> None:
    client = make("some never", instance("i-1"))
    there = f"region={THERE.region}"
    assert line_of(client, f"/resources/instances?{there}") == "no instances known · never collected"
    assert "Nothing matches" not in client.get(f"/resources/instances?{there}").text
    assert client.get(f"/api/resources/instances?{there}").json()["count"] is None
    assert client.get("/api/resources?account=999999999999").json()["count"] == 0, "there is no such account"


def test_a_cost_that_nobody_could_know_is_null(make: Make) -> None:
    for path in ("/api/resources", "/api/resources/instances", "/api/summary"):
        assert make("never").get(path).json()["cost"] is None
        assert make("none").get(path).json()["cost"] == "0.00"


def test_rules_whose_types_were_never_collected_are_told_as_such(make: Make) -> None:
    text = main_of(make("none"), "/cop")
    assert re.search(r"\d\d of \d\d rules have nothing collected to look at", text)
    assert "nothing collected to look at" not in main_of(make("never"), "/cop"), "it says so in other words"
