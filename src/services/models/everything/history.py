"""History as the pages ask it: what appeared, vanished and changed, in one SQLite table."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.models.everything.query import PAGE_SIZE, FacetValue
from services.models.everything.sql import types_called
from services.models.everything.words import needle, starts, words_of
from services.models.kit.bounds import bounded
from services.models.kit.change import Change
from services.models.kit.scope import Key

CHANGE_FACETS = ("kind", "account", "type")
BY_DAY = "day >= ? AND day <= ?"
BY_MOMENT = "at >= ? AND at <= ? || 'U'"  # after the day's "T"
IN = "IN (SELECT value FROM json_each(?))"
IS_VALUE = f"region = ? OR account {IN} OR type {IN}"
NEWEST = "9999"  # as a day: after all
HISTORY_SCHEMA = """
CREATE TABLE IF NOT EXISTS changes (
    at TEXT, kind TEXT, type TEXT, account TEXT, region TEXT, id TEXT, name TEXT, words TEXT, fields TEXT,
    day TEXT, PRIMARY KEY (id, type, account, region, at)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS changes_at ON changes (at);
CREATE INDEX IF NOT EXISTS changes_day ON changes (day, kind, account, type);  -- counts read nothing else
"""
NAMES = ("kind", "type", "account", "region", "id", "name", "at", "fields")
ROW = ", ".join(NAMES)
NEWEST_FIRST = "ORDER BY at DESC, type, name, id, account, region"


@dataclass(frozen=True)
class ChangeQuery:
    """The whole state of the page of changes, as it stands in the URL.

    first, last: days (2026-11-20, UTC), both included; "" where nothing is said. text: words, each within
    name or id, or all of an account, a region or a type; of one or two letters as in the lists of resources.
    filters: any of CHANGE_FACETS -> any of these values. page counts from 1. accounts: id -> name, for words
    that are an account's.
    """

    first: str = ""
    last: str = ""
    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1
    accounts: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class ChangePage:
    """One page of changes, newest first.

    count: that match. all: of those days. days: day -> kind -> how many match. known: which of the resources
    on the page are there now.
    """

    query: ChangeQuery
    changes: tuple[Change, ...]
    count: int
    all: int
    days: Mapping[str, Mapping[str, int]]
    facets: Mapping[str, tuple[FacetValue, ...]]
    known: frozenset[Key] = frozenset()

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE_SIZE))


class History:
    """Queries on the table of changes; `connect` answers the connection of the thread that asks."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect

    def page(self, query: ChangeQuery) -> ChangePage:
        """One page with its totals and facets. Which resources are `known` is not for History to say.

        Raises TooBroad.
        """
        window = f"LIMIT {PAGE_SIZE} OFFSET {(query.page - 1) * PAGE_SIZE}"
        with bounded(self._connect(), self._every()):
            changes = tuple(self._changes(query, window))
            count, days, facets = self._summary(query)
            return ChangePage(query, changes, count, self._count(query), days, facets)

    def changes(self, query: ChangeQuery) -> Iterator[Change]:
        """All that match, not only one page: what CSV exports. Raises TooBroad."""
        count = self._count(query)
        with bounded(self._connect(), self._every(), exported=count):
            yield from self._changes(query, "")

    def newest(self, count: int) -> tuple[Change, ...]:
        return tuple(self._changes(ChangeQuery(), f"LIMIT {int(count)}"))

    def of(self, key: Key, count: int) -> tuple[Change, ...]:
        """The last changes of one resource, newest first."""
        rows = self._connect().execute(
            f"SELECT {ROW} FROM changes WHERE type = ? AND account = ? AND region = ? AND id = ?"
            " ORDER BY at DESC LIMIT ?",
            (*key, count),
        )
        return tuple(map(_change, rows))

    def _summary(
        self, query: ChangeQuery
    ) -> tuple[int, dict[str, Counter[str]], dict[str, tuple[FacetValue, ...]]]:
        """How many match, of each kind a day, and of each value of a facet without its own filter."""
        chosen = [query.filters.get(name, ()) for name in CHANGE_FACETS]
        counts: list[Counter[str]] = [Counter() for _ in CHANGE_FACETS]
        total, days = 0, defaultdict[str, Counter[str]](Counter)
        for day, *values, count in self._groups(query):
            misses = [n for n, value in enumerate(values) if chosen[n] and value not in chosen[n]]
            if not misses:
                total += count
                days[day][values[0]] += count
            for n, value in enumerate(values):
                if not misses or misses == [n]:
                    counts[n][value] += count
        facets = {name: _facet(counts[n], chosen[n]) for n, name in enumerate(CHANGE_FACETS)}
        return total, days, facets

    def _groups(self, query: ChangeQuery) -> Iterator[tuple[Any, ...]]:
        """Day, kind, account, type, and how many such changes match the text."""
        condition, values = _where(replace(query, filters={}), BY_DAY)
        group = ", ".join(("day", *CHANGE_FACETS))
        sql = f"SELECT {group}, count(*) FROM changes {condition} GROUP BY {group}"
        return self._connect().execute(sql, values)

    def _count(self, query: ChangeQuery) -> int:
        """Of these days, whatever the text and the filters."""
        condition, values = _where(ChangeQuery(query.first, query.last), BY_DAY)
        (count,) = self._connect().execute(f"SELECT count(*) FROM changes {condition}", values).fetchone()
        return int(count)

    def _every(self) -> int:
        return int(self._connect().execute("SELECT count(*) FROM changes").fetchone()[0])

    def _changes(self, query: ChangeQuery, window: str) -> Iterator[Change]:
        condition, values = _where(query, BY_MOMENT)
        sql = f"SELECT {ROW} FROM changes {condition} {NEWEST_FIRST} {window}"
        return map(_change, self._connect().execute(sql, values))


def write_changes(database: sqlite3.Connection, changes: Iterable[Change]) -> None:
    """Add these to the table; one that is there already stays as it is."""
    database.executemany(
        "INSERT OR IGNORE INTO changes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", map(_row, changes)
    )


def _where(query: ChangeQuery, days: str) -> tuple[str, list[str]]:
    """The WHERE clause with its values; names come from CHANGE_FACETS only. days: which index serves best."""
    clauses, values = [days], [query.first, query.last or NEWEST]
    for word in words_of(query.text):
        called = [id for id, name in query.accounts.items() if word in (id, name.lower())]
        clauses.append(f"(instr(words, ?) OR {IS_VALUE})")
        values += [needle(word), word, json.dumps(called), json.dumps(types_called(word))]
    for name in CHANGE_FACETS:
        if chosen := query.filters.get(name, ()):
            clauses.append(f"{name} IN ({', '.join('?' * len(chosen))})")
            values += chosen
    return "WHERE " + " AND ".join(clauses), values


def _facet(counts: Counter[str], chosen: tuple[str, ...]) -> tuple[FacetValue, ...]:
    """The values found, most first, and the chosen ones that nothing has."""
    found = [FacetValue(value, count, value in chosen) for value, count in counts.most_common()]
    return (*found, *(FacetValue(value, 0, True) for value in chosen if value not in counts))


def _row(change: Change) -> tuple[str, ...]:
    words = f"{change.name}\n{change.id}\n".lower() + starts(change.name, change.id)
    fields = json.dumps(change.to_json()["fields"], ensure_ascii=False)
    place = (change.type, change.account, change.region, change.id)
    return (change.at, change.kind, *place, change.name, words, fields, change.at[:10])


def _change(row: tuple[Any, ...]) -> Change:
    values = dict(zip(NAMES, row, strict=True))
    return Change.from_json(values | {"fields": json.loads(values["fields"])})
