from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from services.models.everything.line import dump
from services.models.kit.values import days_since, flag, iso, owner_of, plain, span, tags_of, text, whole


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 3, 4, 10, tzinfo=UTC), "2026-03-04T10:00:00Z"),
        (datetime(2026, 3, 4, 10, tzinfo=timezone(timedelta(hours=2))), "2026-03-04T08:00:00Z"),
        (datetime(2026, 3, 4, 10, 0, 0, 999), "2026-03-04T10:00:00Z"),
        (date(2026, 3, 4), "2026-03-04T00:00:00Z"),
        ("2026-04-22T11:03:59.000+0000", "2026-04-22T11:03:59Z"),
        ("2026-04-22T11:03:59Z", "2026-04-22T11:03:59Z"),
        (1758010000000, "2025-09-16T08:06:40Z"),
        ("yesterday", None),
        ("", None),
        (None, None),
        (True, None),
        (float("nan"), None),
        (10**30, None),
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-3))), None),
    ],
)
def test_moments_are_told_in_utc(moment: Any, expected: str | None) -> None:
    assert iso(moment) == expected


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        ("2026-03-01T12:00:00Z", 2.5),
        ("2026-03-01T12:00:00", 2.5),
        ("2026-03-01T12:00:00+12:00", 3.0),
        ("2026-03-05", -1.0),
        ("yesterday", None),
        ("9999-99-99", None),
        ("", None),
        (None, None),
    ],
)
def test_days_since_a_moment_are_told_unless_it_is_none(moment: str | None, days: float | None) -> None:
    assert days_since(moment, datetime(2026, 3, 4, tzinfo=UTC)) == days


def test_owner_is_found_in_any_case() -> None:
    assert owner_of({"OWNER": " ann "}) == "ann"


def test_owner_tag_goes_before_team_and_team_before_the_stack() -> None:
    tags = {"aws:cloudformation:stack-name": "shop", "team": "search", "Owner": "ann"}
    assert owner_of(tags) == "ann"
    assert owner_of({key: tags[key] for key in list(tags)[:2]}) == "search"
    assert owner_of({"aws:cloudformation:stack-name": "shop"}) == "shop"


def test_empty_owner_tag_is_no_owner() -> None:
    assert owner_of({"Owner": "ann", "owner": " "}) == "ann"
    assert owner_of({"Owner": "", "Team": "search"}) == "search"
    assert owner_of({"Name": "web"}) is None


def test_tags_come_as_a_list_or_as_a_map() -> None:
    assert tags_of([{"Key": "a", "Value": "1"}, {"Key": "b", "Value": None}]) == {"a": "1", "b": ""}
    assert tags_of({"a": "1", "b": None}) == {"a": "1", "b": ""}


def test_raw_answer_holds_json_values_only() -> None:
    item = {
        "At": datetime(2026, 3, 4, tzinfo=UTC),
        "Body": b"bytes",
        "Score": float("inf"),
        "Pair": ("a", 1),
        "Name": "half \ud800",
        "ResponseMetadata": {"RequestId": "1"},
    }
    assert plain(item) == {
        "At": "2026-03-04T00:00:00Z",
        "Body": None,
        "Score": None,
        "Pair": ["a", 1],
        "Name": "half ?",
    }


def test_numbers_are_read_from_texts_but_not_from_flags() -> None:
    item = {"a": "12", "b": True, "c": 3.0, "d": "many", "e": 2**70}
    assert [whole(item, key) for key in "abcdef"] == [12, None, 3, None, None, None]


def test_path_that_breaks_off_is_empty() -> None:
    assert text({"State": "odd"}, "State", "Name") == ""
    assert text({"State": {"Name": 7}}, "State", "Name") == "7"
    assert flag({"Encrypted": "TRUE"}, "Encrypted") is True
    assert flag({"Encrypted": 1}, "Encrypted") is None


def test_stored_text_is_compact_and_in_order() -> None:
    assert dump({"b": 1, "a": "é"}) == '{"a":"é","b":1}'


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, "0 s"), (14.9, "14 s"), (119, "119 s"), (200, "3 min"), (7200, "2 h"), (86400 * 3, "3 days")],
)
def test_a_length_of_time_in_words(seconds: float, words: str) -> None:
    assert span(seconds) == words
