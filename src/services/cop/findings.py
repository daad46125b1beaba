"""Findings: the read model of all ledgers, in one SQLite file. Lists, facets and totals are queries on it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from services.models.bounds import bounded
from services.models.everything.query import NONE, FacetValue
from services.models.everything.sql import types_called
from services.models.everything.words import needle, words_of
from services.models.finding import SEVERITIES, Entry
from services.models.findings import (
    FINDING_FACETS,
    FINDING_PAGE_SIZE,
    FINDING_SORTS,
    FindingGroup,
    FindingPage,
    FindingQuery,
    FindingRow,
    FindingTotals,
    Mark,
)
from services.models.scope import Key

ORDERS = {name: f"{name} {{}}" for name in FINDING_SORTS}
ORDERS["severity"] = "severity {}, coalesce(saving, 0) DESC"
SUMS = "coalesce(sum(count), 0), coalesce(sum(saving), 0), coalesce(sum(hints), 0)"
IN = "IN (SELECT value FROM json_each(?))"
IS_VALUE = f"owner = ? COLLATE NOCASE OR account {IN} OR type {IN}"
WORD = f"(instr(text, ?) OR region = ? OR totals IN (SELECT id FROM totals WHERE {IS_VALUE}))"
FOUND = """
CREATE TEMP TABLE found AS
SELECT t.id, t.status, t.severity, t.rule, t.account, t.owner, t.type, t.confidence, f.count,
    iif(t.confidence = 'hint', 0, f.counted) AS saving, iif(t.confidence = 'hint', f.counted, 0) AS hints
FROM (SELECT totals, count(*) AS count, coalesce(sum(counted), 0) AS counted
    FROM findings {where} GROUP BY 1) f
JOIN totals t ON t.id = f.totals
"""


class Findings:
    """All findings, read only."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def _db(self) -> sqlite3.Connection:
        uri = f"{self.path.resolve().as_uri()}?mode=ro&immutable=1"
        return sqlite3.connect(uri, uri=True, check_same_thread=False)

    @cached_property
    def _every(self) -> int:
        """Findings in all."""
        return self._totals("totals", FindingQuery()).count

    def page(self, query: FindingQuery) -> FindingPage:
        """One page of the list with its totals and facets. Raises TooBroad; KeyError for no sort."""
        with bounded(self._db, self._every):
            table = self._table(query)
            facets = {name: self._facet(table, name, query) for name in FINDING_FACETS}
            rows, totals = self._rows(query), self._totals(table, query)
        return FindingPage(query, rows, totals, self._every, facets)

    def rows(self, query: FindingQuery) -> tuple[FindingRow, ...]:
        """Those of one page. Raises TooBroad."""
        with bounded(self._db, self._every):
            return self._rows(query)

    def _table(self, query: FindingQuery) -> str:
        """The table to count from: `totals`, or a like one of what the text finds."""
        if not words_of(query.text):
            return "totals"
        where, values = _where(FindingQuery(query.text, accounts=query.accounts))
        self._db.execute("DROP TABLE IF EXISTS temp.found")
        self._db.execute(FOUND.format(where=where), values)
        return "found"

    def _facet(self, table: str, name: str, query: FindingQuery) -> tuple[FacetValue, ...]:
        chosen = query.filters.get(name, ())
        counts = {group.value: group.totals.count for group in self._groups(table, name, query)}
        return tuple(
            FacetValue(value, counts.get(value, 0), value in chosen)
            for value in dict.fromkeys((*counts, *chosen))
        )

    def _rows(self, query: FindingQuery) -> tuple[FindingRow, ...]:
        where, values = _where(query)
        order = ORDERS[query.sort].format("DESC" if query.descending else "ASC")
        order = f"ORDER BY {order}, rule, account, id"
        page = f"LIMIT {FINDING_PAGE_SIZE} OFFSET {(query.page - 1) * FINDING_PAGE_SIZE}"
        rows = self._db.execute(
            f"SELECT document, mute FROM findings WHERE rowid IN"
            f" (SELECT rowid FROM findings {where} {order} {page}) {order}",
            values,
        )
        return tuple(_row(*row) for row in rows)

    def marks(self, ids: Iterable[str]) -> Mapping[Key, Mark]:
        """The open findings of the resources with these ids: how many, and the worst severity."""
        asked = list(ids)
        rows = self._db.execute(
            "SELECT type, account, region, id, count(*), min(severity) FROM findings"
            f" WHERE id IN ({', '.join('?' * len(asked))}) AND status = 'open' GROUP BY 1, 2, 3, 4",
            asked,
        )
        return {Key(*key): Mark(count, SEVERITIES[worst]) for *key, count, worst in rows}

    def every(self, query: FindingQuery) -> Iterator[FindingRow]:
        """All of the list: what CSV, JSON and notifications need. Raises TooBroad."""
        count = self.totals(query).count
        where, values = _where(query)
        order = "ORDER BY severity, rule, account, id"
        with bounded(self._db, self._every, exported=count):
            for row in self._db.execute(f"SELECT document, mute FROM findings {where} {order}", values):
                yield _row(*row)

    def muted(self) -> Mapping[str, int]:
        """How many findings each mute covers, by its id."""
        return dict(
            self._db.execute("SELECT mute, count(*) FROM findings WHERE status = 'muted' GROUP BY mute")
        )

    def marks_of_rules(self) -> Mapping[str, str]:
        """What the findings of each rule were judged by, as it was written."""
        return dict(self._db.execute("SELECT rule, mark FROM marks"))

    @property
    def notice(self) -> str:
        """What of them can't be read, or what they were judged without; mostly ""."""
        return str(self._db.execute("SELECT notice FROM notices").fetchone()[0])

    def totals(self, query: FindingQuery) -> FindingTotals:
        """Raises TooBroad."""
        with bounded(self._db, self._every):
            return self._totals(self._table(query), query)

    def groups(self, field: str, query: FindingQuery) -> tuple[FindingGroup, ...]:
        """By a field of FINDING_FACETS, worst first; the query's own filter of that field is left out.

        Raises TooBroad.
        """
        if field not in FINDING_FACETS:
            raise ValueError(field)
        with bounded(self._db, self._every):
            return self._groups(self._table(query), field, query)

    def _totals(self, table: str, query: FindingQuery) -> FindingTotals:
        where, values = _shared(query)
        return FindingTotals(*self._db.execute(f"SELECT {SUMS} FROM {table} {where}", values).fetchone())

    def _groups(self, table: str, field: str, query: FindingQuery) -> tuple[FindingGroup, ...]:
        where, values = _shared(query, without=field)
        rows = self._db.execute(
            f"SELECT {_value(field)}, min(severity), {SUMS} FROM {table} {where}"
            " GROUP BY 1 ORDER BY 2, 4 DESC, 3 DESC, 1",
            values,
        )
        return tuple(
            FindingGroup(_shown(field, value), SEVERITIES[worst], FindingTotals(*sums))
            for value, worst, *sums in rows
        )

    def of(self, key: Key) -> tuple[FindingRow, ...]:
        """Those of one resource, worst first."""
        rows = self._db.execute(
            "SELECT document, mute FROM findings WHERE id = ? AND type = ? AND account = ? AND region = ?"
            " ORDER BY status = 'resolved', severity, rule",
            (key.id, key.type, key.account, key.region),
        )
        return tuple(_row(*row) for row in rows)


def _where(query: FindingQuery) -> tuple[str, list[Any]]:
    """The WHERE clause of the whole query on findings."""
    clauses, values = ["1"], []
    if query.filters:
        shared, chosen = _shared(query)
        clauses.append(f"totals IN (SELECT id FROM totals {shared})")
        values += chosen
    for word in words_of(query.text):
        called = [id for id, name in query.accounts.items() if word in (id, name.lower())]
        clauses.append(WORD)
        values += [needle(word), word, word, json.dumps(called), json.dumps(types_called(word))]
    return "WHERE " + " AND ".join(clauses), values


def _shared(query: FindingQuery, without: str = "") -> tuple[str, list[Any]]:
    """The WHERE clause of the query's filters on totals, but for the one of the field `without`."""
    clauses, values = ["1"], []
    for name, chosen in query.filters.items():
        if name in FINDING_FACETS and chosen and name != without:
            clauses.append(f"{_value(name)} IN ({', '.join('?' * len(chosen))})")
            values += [_stored(name, value) for value in chosen]
    return "WHERE " + " AND ".join(clauses), values


def _value(field: str) -> str:
    return f"coalesce({field}, '{NONE}')"


def _stored(field: str, value: str) -> Any:
    if field == "severity":
        return SEVERITIES.index(value) if value in SEVERITIES else -1
    return value


def _shown(field: str, value: Any) -> str:
    return SEVERITIES[value] if field == "severity" else str(value)


def _row(document: str, mute: str) -> FindingRow:
    return FindingRow(Entry.from_json(json.loads(document)), mute)
