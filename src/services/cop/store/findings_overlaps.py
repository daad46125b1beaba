"""Overlaps: which savings of the read model of findings can't all be had, and what a choice of them comes to.

Most savings are alone: no other touches what they touch, and SQL adds them up. The rest stands in parts: each
overlaps another of its part, and none of another part. What is chosen of a part is added up when it is asked.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from services.cop.judge.savings import Saving, below_of, sums, touched
from services.models.kit.scope import Key

TABLES = """
CREATE TABLE IF NOT EXISTS overlaps (
    finding INTEGER, totals INTEGER, part INTEGER, saving INTEGER, touches TEXT);
-- what all of each comes to
CREATE TABLE IF NOT EXISTS parts (part INTEGER PRIMARY KEY, saving INTEGER, hints INTEGER);
"""
COVERING = """
SELECT covers, type, account, region, id FROM findings WHERE covers != '' AND status != 'resolved'
"""
OPEN = "status = 'open' AND saving > 0"
SAVINGS = f"""
SELECT rowid, totals, saving, confidence != 'hint', covers, type, account, region, id
FROM findings WHERE {OPEN}
"""
ALONE = f"iif({OPEN} AND rowid NOT IN (SELECT finding FROM overlaps), saving, NULL)"
STORED = """
SELECT p.part, p.saving, p.hints, o.finding, o.totals, o.saving, t.confidence != 'hint', o.touches
FROM overlaps o JOIN parts p ON p.part = o.part JOIN totals t ON t.id = o.totals ORDER BY p.part
"""
Sums = tuple[int, int]  # as services.cop.judge.savings.sums
NOTHING: Sums = 0, 0


class Member(NamedTuple):
    """A finding that overlaps others. totals: of what it shares with others. touches: JSON."""

    finding: int
    totals: int
    amount: int
    sure: int
    touches: str


Value = str | int
ValueOf = Callable[[Member], Value | None]


class Overlaps:
    """Those of one database."""

    def __init__(self, db: sqlite3.Connection) -> None:
        rows = groupby(db.execute(STORED), key=lambda row: row[:3])
        self._parts = [
            ((saving, hints), tuple(Member(*row[3:]) for row in part)) for (_, saving, hints), part in rows
        ]

    def sums(self, value_of: ValueOf) -> dict[Value, Sums]:
        """By value what the members come to that have it; those of which it is None are left out."""
        found: dict[Value, list[Sums]] = defaultdict(list)
        for whole, part in self._parts:
            for value, chosen in _by_value(part, value_of).items():
                found[value].append(whole if len(chosen) == len(part) else _sums(chosen))
        return {value: _added(each) for value, each in found.items()}


def _by_value(part: Sequence[Member], value_of: ValueOf) -> Mapping[Value, list[Member]]:
    chosen: dict[Value, list[Member]] = {}
    for member in part:
        value = value_of(member)
        if value is not None:
            chosen.setdefault(value, []).append(member)
    return chosen


def _sums(chosen: Sequence[Member]) -> Sums:
    if len(chosen) == 1:
        return (chosen[0].amount, 0) if chosen[0].sure else (0, chosen[0].amount)
    return sums(Saving(each.amount, frozenset(json.loads(each.touches)), bool(each.sure)) for each in chosen)


def _added(found: Sequence[Sums]) -> Sums:
    return sum(saving for saving, _ in found), sum(hints for _, hints in found)


def write_overlaps(db: sqlite3.Connection) -> None:
    """Once all findings are there: which open savings overlap, and `alone`, the savings that do not."""
    below = below_of((Key(*key), _keys(covers)) for covers, *key in db.execute(COVERING))
    found = {
        finding: (totals, Saving(amount, touched(Key(*key), _keys(covers), below), bool(sure)))
        for finding, totals, amount, sure, covers, *key in db.execute(SAVINGS)
    }
    shared = _shared({finding: saving.touches for finding, (_, saving) in found.items()})
    db.executescript("DELETE FROM overlaps; DELETE FROM parts;")
    for number, part in enumerate(_parts(shared)):
        whole = sums(found[finding][1] for finding in part)
        db.execute("INSERT INTO parts VALUES (?, ?, ?)", (number, *whole))
        for finding in part:
            totals, saving = found[finding]
            row = (finding, totals, number, saving.amount, json.dumps(shared[finding]))
            db.execute("INSERT INTO overlaps VALUES (?, ?, ?, ?, ?)", row)
    db.execute(f"UPDATE findings SET alone = {ALONE} WHERE alone IS NOT {ALONE}")


def _keys(covers: str) -> list[Key]:
    return [Key(*each) for each in json.loads(covers)] if covers else []


def _shared(touches: Mapping[int, Collection[Hashable]]) -> dict[int, list[int]]:
    """Of the findings that overlap others the numbers of what others touch as well."""
    times = Counter(thing for each in touches.values() for thing in each)
    numbers = {thing: number for number, thing in enumerate(thing for thing in times if times[thing] > 1)}
    return {
        finding: sorted(numbers[thing] for thing in each if thing in numbers)
        for finding, each in touches.items()
        if not numbers.keys().isdisjoint(each)
    }


def _parts(touches: Mapping[int, Sequence[int]]) -> Iterable[list[int]]:
    """The findings that have to do with each other, directly or by others."""
    above: dict[int, int] = {}

    def top(thing: int) -> int:
        while (higher := above.setdefault(thing, thing)) != thing:
            above[thing] = thing = above[higher]
        return thing

    for first, *others in touches.values():
        for other in others:
            above[top(other)] = top(first)
    parts: dict[int, list[int]] = defaultdict(list)
    for finding, (first, *_) in touches.items():
        parts[top(first)].append(finding)
    return parts.values()
