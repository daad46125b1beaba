"""Findings: the read model of all ledgers, in one SQLite file. Lists, facets and totals are queries on it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from services.models.everything.query import NONE, FacetValue
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
SUMS = """count(*), coalesce(sum(counted) FILTER (WHERE confidence <> 'hint'), 0),
    coalesce(sum(counted) FILTER (WHERE confidence = 'hint'), 0)"""


class Findings:
    """All findings, read only."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def _db(self) -> sqlite3.Connection:
        uri = f"{self.path.resolve().as_uri()}?mode=ro&immutable=1"
        return sqlite3.connect(uri, uri=True, check_same_thread=False)

    def page(self, query: FindingQuery) -> FindingPage:
        """One page of the list with its totals and facets. Raises KeyError for a sort that is none."""
        facets = {name: self._facet(name, query) for name in FINDING_FACETS}
        every = self.totals(FindingQuery()).count
        return FindingPage(query, self.rows(query), self.totals(query), every, facets)

    def _facet(self, name: str, query: FindingQuery) -> tuple[FacetValue, ...]:
        chosen = query.filters.get(name, ())
        counts = {group.value: group.totals.count for group in self.groups(name, query)}
        return tuple(
            FacetValue(value, counts.get(value, 0), value in chosen)
            for value in dict.fromkeys((*counts, *chosen))
        )

    def rows(self, query: FindingQuery) -> tuple[FindingRow, ...]:
        where, values = _where(query)
        order = ORDERS[query.sort].format("DESC" if query.descending else "ASC")
        rows = self._db.execute(
            f"SELECT document, mute FROM findings {where} ORDER BY {order}, rule, account, id"
            f" LIMIT {FINDING_PAGE_SIZE} OFFSET {(query.page - 1) * FINDING_PAGE_SIZE}",
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
        """All of the list: what CSV, JSON and notifications need."""
        where, values = _where(query)
        order = "ORDER BY severity, rule, account, id"
        for row in self._db.execute(f"SELECT document, mute FROM findings {where} {order}", values):
            yield _row(*row)

    def marks_of_rules(self) -> Mapping[str, str]:
        """What the findings of each rule were judged by, as it was written."""
        return dict(self._db.execute("SELECT rule, mark FROM marks"))

    def totals(self, query: FindingQuery) -> FindingTotals:
        where, values = _where(query)
        return FindingTotals(*self._db.execute(f"SELECT {SUMS} FROM findings {where}", values).fetchone())

    def groups(self, field: str, query: FindingQuery) -> tuple[FindingGroup, ...]:
        """By a field of FINDING_FACETS, worst first; the query's own filter of that field is left out."""
        if field not in FINDING_FACETS:
            raise ValueError(field)
        where, values = _where(query, without=field)
        rows = self._db.execute(
            f"SELECT {_value(field)}, min(severity), {SUMS} FROM findings {where}"
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


def _where(query: FindingQuery, without: str = "") -> tuple[str, list[Any]]:
    clauses, values = ["1"], []
    for word in query.text.lower().split():
        clauses.append("instr(text, ?)")
        values.append(word)
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
