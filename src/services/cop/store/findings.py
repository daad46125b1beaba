"""Findings: the read model of all ledgers, in one SQLite file. Lists, facets and totals are queries on it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from services.cop.store.findings_totals import Counts
from services.cop.store.findings_where import where_of
from services.models.domain.finding import SEVERITIES, Entry
from services.models.domain.findings import (
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
from services.models.kit.bounds import bounded
from services.models.kit.scope import Key

ORDERS = {name: f"{name} {{}}" for name in FINDING_SORTS}
ORDERS["severity"] = "severity {}, coalesce(saving, 0) DESC"


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
        return int(self._db.execute("SELECT coalesce(sum(count), 0) FROM totals").fetchone()[0])

    @cached_property
    def _counts(self) -> Counts:
        return Counts(self._db)

    def page(self, query: FindingQuery) -> FindingPage:
        """One page of the list with its totals and facets. Raises TooBroad; KeyError for no sort."""
        with bounded(self._db, self._every):
            source = self._counts.source(query)
            facets = {name: self._counts.facet(source, name, query) for name in FINDING_FACETS}
            rows, totals = self._rows(query), self._counts.totals(source, query)
        return FindingPage(query, rows, totals, self._every, facets)

    def rows(self, query: FindingQuery) -> tuple[FindingRow, ...]:
        """Those of one page. Raises TooBroad."""
        with bounded(self._db, self._every):
            return self._rows(query)

    def _rows(self, query: FindingQuery) -> tuple[FindingRow, ...]:
        where, values = where_of(query)
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
        where, values = where_of(query)
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
            return self._counts.totals(self._counts.source(query), query)

    def groups(self, field: str, query: FindingQuery) -> tuple[FindingGroup, ...]:
        """By a field of FINDING_FACETS, worst first; the query's own filter of that field is left out.

        Raises TooBroad.
        """
        if field not in FINDING_FACETS:
            raise ValueError(field)
        with bounded(self._db, self._every):
            return self._counts.groups(self._counts.source(query), field, query)

    def of(self, key: Key) -> tuple[FindingRow, ...]:
        """Those of one resource, worst first."""
        rows = self._db.execute(
            "SELECT document, mute FROM findings WHERE id = ? AND type = ? AND account = ? AND region = ?"
            " ORDER BY status = 'resolved', severity, rule",
            (key.id, key.type, key.account, key.region),
        )
        return tuple(_row(*row) for row in rows)


def _row(document: str, mute: str) -> FindingRow:
    return FindingRow(Entry.from_json(json.loads(document)), mute)
