"""A demo estate moved in time: its days by days, its collection to a minute ago."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.models.kit.values import iso
from tooling.demo.shift import shift, shifted

ROOT = Path(__file__).resolve().parent.parent.parent
COMMITTED = ROOT / "local_data.json"
MOMENTS = [
    datetime(2026, 11, 1, 6, 0, tzinfo=UTC),  # before it was made
    datetime(2026, 11, 20, 20, 2, tzinfo=UTC),
    datetime(2026, 11, 21, 0, 0, 5, tzinfo=UTC),
    datetime(2027, 1, 1, 20, 1, 30, tzinfo=UTC),
    datetime(2027, 3, 28, 20, 3, tzinfo=UTC),
    datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC),
    datetime(2031, 7, 7, 12, 0, tzinfo=UTC),
]


def moved(now: datetime) -> dict[str, Any]:
    lines = COMMITTED.read_text(encoding="utf-8").splitlines(keepends=True)
    content: dict[str, Any] = json.loads("".join(shifted(lines, now)))
    return content


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_it_was_collected_minutes_ago_and_yesterday_had_changes(now: datetime) -> None:
    content, at = moved(now), iso(now) or ""
    yesterday = str(now.date() - timedelta(days=1))
    assert content["meta"]["synced_at"] == iso(now - timedelta(minutes=1))
    attempts = [scope["attempted"] / 1000 for scope in content["meta"]["scopes"]]
    assert now.timestamp() - 20 * 60 < min(attempts) <= max(attempts) < now.timestamp()
    assert {change["at"][:10] for change in content["history"]} >= {yesterday}
    assert max(change["at"] for change in content["history"]) <= at
    assert max(item["created"] or "" for item in content["items"]) <= at


def test_all_dates_of_a_resource_move_by_the_same_days() -> None:
    """Those of the raw answer and of an id too; an IAM policy's version is no day."""
    now = MOMENTS[4]
    before, after = json.loads(COMMITTED.read_text(encoding="utf-8")), moved(now)
    days = timedelta(days=128)
    for old, new in zip(before["items"], after["items"], strict=True):
        if old["created"]:
            made = datetime.fromisoformat(old["created"]) + days
            assert new["created"] == iso(made)
        if old["type"] == "loggroups":
            assert new["raw"]["creationTime"] - old["raw"]["creationTime"] == days.total_seconds() * 1000
    copies = [
        [date.fromisoformat(re.findall(r"\d{4}-\d\d-\d\d", item["id"])[0]) for item in pair]
        for pair in zip(before["items"], after["items"], strict=True)
        if ":rds:" in pair[0]["id"]
    ]
    assert copies and all(new - old == days for old, new in copies)
    assert "2012-10-17" in json.dumps(after)


def test_what_is_not_a_time_stays_as_it_is() -> None:
    before, after = json.loads(COMMITTED.read_text(encoding="utf-8")), moved(MOMENTS[5])
    for old, new in zip(before["items"], after["items"], strict=True):
        numbers = [value for value in old.values() if isinstance(value, int | float)]
        assert numbers == [value for value in new.values() if isinstance(value, int | float)], old["id"]
        assert (old["tags"], old["owner"], old["cost"]) == (new["tags"], new["owner"], new["cost"])
    assert len(before["history"]) == len(after["history"])


def test_moved_twice_it_is_moved_once(tmp_path: Path) -> None:
    """Within a day only the collection moves again."""
    first, later = MOMENTS[6], MOMENTS[6] + timedelta(minutes=47)
    once, twice = tmp_path / "once.json", tmp_path / "twice.json"
    shift(COMMITTED, once, later)
    shift(COMMITTED, twice, first)
    shift(twice, twice, later)
    assert {*lines_of(once)} - {*lines_of(twice)} == set()


def lines_of(file: Path) -> Iterator[str]:
    return iter(file.read_text(encoding="utf-8").splitlines())


def test_a_file_that_does_not_tell_when_it_was_collected_is_refused(tmp_path: Path) -> None:
    source, target = tmp_path / "a.json", tmp_path / "b.json"
    source.write_text("{}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="synced_at"):
        shift(source, target, MOMENTS[0])
    assert not target.exists()
