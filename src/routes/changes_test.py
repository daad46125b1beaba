"""GET /changes: the page, its JSON and its CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from devserver.gateway.gateway import Client
from services.models.all_test import instance
from services.models.kit.change import Change

AT = "1970-01-01T09:05:00Z"  # the day of the test estate's collection
HTMX = {"HX-Request": "true"}


def change(id: str, at: str = AT, kind: Any = "changed", **fields: Any) -> Change:
    pairs = {"instance_type": ("m5.large", "m7g.large")} | fields if kind == "changed" else {}
    return Change(kind, "instances", "111122223333", "eu-west-1", id, f"name of {id}", at, pairs)


@pytest.fixture
def changed(console: Callable[..., Client]) -> Client:
    """i-1 is there and changed, i-2 is gone; 60 others changed the day before."""
    others = [change(f"i-{number}", "1969-12-31T10:00:00Z") for number in range(100, 160)]
    return console(instance("i-1"), changes=[change("i-1"), change("i-2", kind="vanished"), *others])


def test_the_week_up_to_the_last_collection_is_shown_when_no_days_are_asked_for(changed: Client) -> None:
    found = changed.get("/api/changes").json()
    assert (found["from"], found["to"], found["count"], found["pages"]) == ("1969-12-26", "1970-01-01", 62, 2)
    assert found["days"]["1970-01-01"] == {"changed": 1, "vanished": 1}
    assert changed.get("/api/changes?from=1970-01-01").json()["count"] == 2
    assert changed.get("/api/changes?to=1969-12-31").json()["count"] == 60


def test_a_change_says_what_it_was_and_what_it_is_and_leads_to_its_resource(changed: Client) -> None:
    page = changed.get("/changes").text
    assert "<del>m5.large</del>" in page
    assert "<ins>m7g.large</ins>" in page
    assert 'href="/resources/instances/111122223333/eu-west-1/i-1"' in page


def test_what_is_gone_has_no_page_and_says_so(changed: Client) -> None:
    page = changed.get("/changes?kind=vanished").text
    assert "name of i-2" in page
    assert 'href="/resources/instances/111122223333/eu-west-1/i-2"' not in page
    assert '<span class="mut">gone</span>' in page
    (found,) = changed.get("/api/changes?kind=vanished").json()["changes"]
    assert (found["id"], found["gone"], found["account_name"]) == ("i-2", True, "prod")


def test_htmx_gets_the_parts_that_it_swaps(changed: Client) -> None:
    fragment = changed.get("/changes?q=i-1", headers=HTMX).text
    assert not fragment.startswith("<!doctype")
    assert 'id="results"' in fragment
    assert 'id="heading"' in fragment


def test_links_of_the_page_keep_its_whole_state(changed: Client) -> None:
    page = changed.get("/changes?from=1969-12-30&to=1970-01-01&q=name&account=111122223333&kind=changed").text
    state = "from=1969-12-30&amp;to=1970-01-01&amp;q=name&amp;kind=changed&amp;account=111122223333"
    for address in (
        f"/changes?{state}&amp;page=2",
        f"/changes?{state}&amp;format=csv",
        f"/api/changes?{state}",
    ):
        assert f'href="{address}"' in page


def test_csv_has_a_line_for_each_field_and_no_formulas(console: Callable[..., Client]) -> None:
    edited = change("i-1", tags=({"a": "1"}, {}), size=(1, None), note=("=cmd()", "@x"))
    client = console(instance("i-1"), changes=[edited, change("i-2", kind="vanished")])
    response = client.get("/changes?format=csv&page=9")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert response.header("Content-Disposition") == 'attachment; filename="changes.csv"'
    assert [(row["id"], row["field"], row["old"], row["new"]) for row in rows] == [
        ("i-1", "instance_type", "m5.large", "m7g.large"),
        ("i-1", "tags", '{"a": "1"}', "{}"),
        ("i-1", "size", "1", ""),
        ("i-1", "note", "'=cmd()", "'@x"),
        ("i-2", "", "", ""),
    ]
    assert rows[0]["account_name"] == "prod"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("from=yesterday", "from=&#x27;yesterday&#x27; is no day"),
        ("from=2026-02-30", "2026-02-30"),
        ("from=2026-11-20&to=2026-11-19", "from=2026-11-20 is after to=2026-11-19"),
        ("from=2026-01-01&to=2026-11-20", "at most 92 at once"),
        ("to=0001-01-02", "has no days before it"),
        ("kind=shrunk", "kind=&#x27;shrunk&#x27;"),
        ("type=shoes", "type=&#x27;shoes&#x27;"),
        ("page=99", "page=99 is after the last"),
        ("page=x", "page=&#x27;x&#x27;"),
        ("format=pdf", "format=&#x27;pdf&#x27;"),
        ("q=" + "x" * 501, "501 characters"),
        ("&".join(f"account={number}" for number in range(51)), "51 values"),
    ],
)
def test_a_bad_value_is_a_400_that_names_it(changed: Client, query: str, named: str) -> None:
    response = changed.get(f"/changes?{query}")
    assert response.status == 400
    assert named in response.text


def test_without_any_change_the_page_explains(console: Callable[..., Client]) -> None:
    page = console(instance("i-1")).get("/changes").text
    assert "Nothing appeared, vanished or changed" in page
    assert "inv sync" in page


def test_filters_that_match_nothing_can_be_cleared(changed: Client) -> None:
    page = changed.get("/changes?q=nowhere").text
    assert "Nothing matches" in page
    assert 'href="/changes"' in page


def test_a_resource_shows_its_own_history(changed: Client) -> None:
    detail = "/resources/instances/111122223333/eu-west-1/i-1"
    assert "<del>m5.large</del>" in changed.get(detail).text
    (found,) = changed.get(f"/api{detail}").json()["history"]
    assert found["fields"] == {"instance_type": ["m5.large", "m7g.large"]}


def test_home_tells_what_changed_lately(changed: Client) -> None:
    page = changed.get("/").text
    assert "Changed lately" in page
    assert "name of i-2" in page
