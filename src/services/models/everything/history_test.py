"""History, asked as the page of changes asks it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

import pytest

from services.models.everything.history import HISTORY_SCHEMA, ChangeQuery, History, write_changes
from services.models.everything.query import PAGE_SIZE, FacetValue
from services.models.kit.change import Change

WEEK = ChangeQuery("2026-11-14", "2026-11-20")


def change(id: str, at: str = "2026-11-20T09:05:00Z", kind: Any = "changed", **values: Any) -> Change:
    place = {"type": "instances", "account": "1", "region": "eu-west-1"} | values
    return Change(kind, id=id, name=place.pop("name", f"the {id}"), at=at, **place)


def history(*changes: Change) -> History:
    database = sqlite3.connect(":memory:")
    database.executescript(HISTORY_SCHEMA)
    write_changes(database, changes)
    return History(lambda: database)


def ids(changes: Iterable[Change]) -> list[str]:
    return [change.id for change in changes]


def test_a_page_has_the_days_asked_for_newest_first() -> None:
    found = history(
        change("before", "2026-11-13T23:59:59Z"),
        change("first", "2026-11-14T00:00:00Z"),
        change("last", "2026-11-20T23:59:59Z"),
        change("after", "2026-11-21T00:00:00Z"),
    ).page(WEEK)
    assert ids(found.changes) == ["last", "first"]
    assert (found.count, found.all, found.pages) == (2, 2, 1)
    assert {**found.days} == {"2026-11-20": {"changed": 1}, "2026-11-14": {"changed": 1}}


def test_without_days_all_is_asked_for() -> None:
    assert history(change("a", "1970-01-01T00:00:00Z"), change("b")).page(ChangeQuery()).count == 2


def test_a_change_comes_back_as_it_was_written() -> None:
    written = change("i-1", fields={"tags": ({"a": "ü"}, {}), "size": (None, 3), "'); DROP": ("x", [1])})
    assert history(written).page(WEEK).changes == (written,)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["a", "b", "c"]),
        ({"kind": ("vanished",)}, ["b"]),
        ({"kind": ("vanished", "changed")}, ["a", "b"]),
        ({"account": ("2",)}, ["b", "c"]),
        ({"account": ("2",), "type": ("volumes",)}, ["c"]),
        ({"account": ("' OR 1 --",)}, []),
    ],
)
def test_filters_take_any_value_of_a_field_and_all_fields(
    filters: dict[str, tuple[str, ...]], expected: list[str]
) -> None:
    made = history(
        change("a"),
        change("b", kind="vanished", account="2"),
        change("c", kind="appeared", account="2", type="volumes"),
    )
    query = ChangeQuery(WEEK.first, WEEK.last, filters=filters)
    assert sorted(ids(made.page(query).changes)) == expected
    assert sorted(ids(made.changes(query))) == expected


def test_a_facet_counts_as_if_it_were_not_filtered_by_and_keeps_what_was_chosen() -> None:
    made = history(change("a"), change("b", kind="vanished"), change("c", account="2"))
    page = made.page(ChangeQuery(WEEK.first, WEEK.last, filters={"kind": ("vanished", "appeared")}))
    assert page.facets["kind"] == (
        FacetValue("changed", 2),
        FacetValue("vanished", 1, True),
        FacetValue("appeared", 0, True),
    )
    assert page.facets["account"] == (FacetValue("1", 1),)
    assert (page.count, page.all) == (1, 3)


def test_every_word_must_be_within_name_or_id() -> None:
    made = history(change("i-abc", name="Search-Node"), change("i-def", name="bastion 100% _x"))
    assert ids(made.page(ChangeQuery(text="NODE abc")).changes) == ["i-abc"]
    assert ids(made.page(ChangeQuery(text="100% _x")).changes) == ["i-def"]
    assert made.page(ChangeQuery(text="node def")).count == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("no", 1),
        ("od", 0),
        ("no NO", 1),
        ("shop", 1),
        ("2", 1),
        ("volumes", 1),
        ("eu-west-1 shop", 0),
        ("eu-west-1", 2),
    ],
)
def test_words_find_as_in_the_lists_of_resources(text: str, found: int) -> None:
    node = change("i-abc", name="Search-Node", account="3")
    shop = change("vol-1", name="x", account="2", type="volumes", region="us-east-1")
    made = history(node, shop, change("i-y", name="y", account="3"))
    page = made.page(ChangeQuery(text=text, accounts={"2": "Shop", "3": "other"}))
    assert page.count == len(page.changes) == found


def test_pages_hold_every_change_once() -> None:
    made = history(*(change(f"i-{number:03d}") for number in range(2 * PAGE_SIZE + 7)))
    pages = [made.page(ChangeQuery(page=number)) for number in (1, 2, 3)]
    assert pages[0].pages == 3
    found = [id for page in pages for id in ids(page.changes)]
    assert sorted(found) == [f"i-{number:03d}" for number in range(2 * PAGE_SIZE + 7)]


def test_one_resource_has_its_own_history() -> None:
    earlier, later = change("i-1", "2026-11-19T00:00:00Z"), change("i-1", "2026-11-20T00:00:00Z")
    made = history(earlier, later, change("i-1", account="2"), change("i-2"))
    assert made.of(later.key, 10) == (later, earlier)
    assert made.of(later.key, 1) == (later,)
    assert made.newest(1)[0].at == "2026-11-20T09:05:00Z"


def test_writing_a_change_twice_is_writing_it_once() -> None:
    assert history(change("i-1"), change("i-1")).page(WEEK).count == 1
