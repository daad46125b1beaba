"""Everything: the read model. All resources and scopes in one SQLite database, built from a DataService.

It is told what changed and calls nobody. Lists, any-column sort, facets, substring search and totals are
queries on it.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from services.models.base import Document, ScopeHead
from services.models.everything.query import (
    FACETS,
    PAGE_SIZE,
    Detail,
    FacetValue,
    Group,
    Page,
    Query,
    Row,
    Totals,
)
from services.models.everything.schema import SLOTS
from services.models.everything.sql import Condition, order_by, search, where

ROW = "r.type, r.account, r.region, r.id, r.name, r.owner, r.state, r.created, r.cost, r.arn"
SUMS = "coalesce(sum(count), 0), coalesce(sum(cost), 0), coalesce(sum(unknown), 0)"


class Everything:
    """One estate, read only (see `writer` for how it is made). Each thread has its own connection."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    @property
    def _db(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
            connection.execute("PRAGMA temp_store = memory")
            connection.execute("PRAGMA mmap_size = 1073741824")
            self._local.connection = connection
        return connection

    @property
    def demo(self) -> bool:
        """Whether this is the demo estate."""
        row = self._db.execute("SELECT value FROM meta WHERE name = 'demo'").fetchone()
        return bool(row and row[0])

    def accounts(self) -> dict[str, str]:
        """Account id -> name, by name."""
        return dict(self._db.execute("SELECT id, name FROM accounts ORDER BY name, id"))

    def heads(self) -> tuple[ScopeHead, ...]:
        """The head of every scope."""
        rows = self._db.execute("SELECT head FROM scopes ORDER BY account, region, type")
        return tuple(ScopeHead.from_json(json.loads(head)) for (head,) in rows)

    def page(self, query: Query) -> Page:
        """One page of a list, with its totals and facets."""
        table, hits = self._matched(query)
        every = where(query)
        totals = Totals(*self._db.execute(f"SELECT {SUMS} FROM {table} {every.sql}", every.values).fetchone())
        listed = where(Query(type=query.type))
        (count,) = self._db.execute(
            f"SELECT coalesce(sum(count), 0) FROM totals {listed.sql}", listed.values
        ).fetchone()
        window = f"LIMIT {PAGE_SIZE} OFFSET {(query.page - 1) * PAGE_SIZE}"
        facets = {name: self._facet(query, table, name) for name in FACETS}
        return Page(query, tuple(self._rows(query, hits, window)), totals, count, facets)

    def rows(self, query: Query) -> Iterator[Row]:
        """All rows of a list, in its order: what CSV exports."""
        _, hits = self._matched(query)
        return self._rows(query, hits, "")

    def totals(self) -> Totals:
        """Of the whole estate."""
        return Totals(*self._db.execute(f"SELECT {SUMS} FROM totals").fetchone())

    def groups(self, field: str) -> tuple[Group, ...]:
        """Totals by one of FACETS, largest first."""
        if field not in FACETS:
            raise ValueError(field)
        rows = self._db.execute(
            f"SELECT coalesce({field}, ''), {SUMS} FROM totals GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        return tuple(Group(value, Totals(*sums)) for value, *sums in rows)

    def newest(self, count: int) -> tuple[Row, ...]:
        """The resources created last."""
        rows = self._db.execute(
            f"SELECT {ROW} FROM resources r WHERE created IS NOT NULL ORDER BY created DESC LIMIT ?", (count,)
        )
        return tuple(Row(*row) for row in rows)

    def detail(self, type: str, account: str, region: str, id: str) -> Detail | None:
        """One resource with what it refers to; None if there is no such."""
        found = self._db.execute(
            "SELECT d.document, s.head FROM resources r JOIN documents d USING (key)"
            " JOIN scopes s ON s.id = r.scope"
            " WHERE r.id = ? AND r.type = ? AND r.account = ? AND r.region = ?",
            (id, type, account, region),
        ).fetchone()
        if found is None:
            return None
        document = json.loads(found[0])
        return Detail(document, ScopeHead.from_json(json.loads(found[1])), self._related(document))

    def _related(self, document: Document) -> tuple[Row, ...]:
        ids = sorted(_references(document))[:200]
        marks = ", ".join("?" * len(ids))
        rows = self._db.execute(
            f"SELECT {ROW} FROM resources r WHERE id IN ({marks}) AND account = ?"
            " ORDER BY type, name LIMIT 50",
            (*ids, document["account"]),
        )
        return tuple(row for row in (Row(*each) for each in rows) if row.id != document["id"])

    def _matched(self, query: Query) -> tuple[str, str]:
        """The table of totals to ask and the condition on rows: the whole estate's, or the search hits'."""
        condition = search(query)
        if condition is None:
            return "totals", ""
        self._hits(condition)
        return "hit_totals", "AND r.key IN (SELECT key FROM hits)"

    def _hits(self, condition: Condition) -> None:
        self._db.executescript("DROP TABLE IF EXISTS temp.hits; DROP TABLE IF EXISTS temp.hit_totals;")
        self._db.execute(
            "CREATE TEMP TABLE hits AS SELECT r.key FROM resources r JOIN documents d USING (key) "
            + condition.sql,
            condition.values,
        )
        self._db.execute(
            "CREATE TEMP TABLE hit_totals AS SELECT type, account, region, state, owner, count(*) AS count,"
            " sum(cost) AS cost, sum(cost IS NULL) AS unknown FROM resources"
            " WHERE key IN (SELECT key FROM hits) GROUP BY 1, 2, 3, 4, 5"
        )

    def _facet(self, query: Query, table: str, name: str) -> tuple[FacetValue, ...]:
        others = where(query, without=name)
        chosen = query.filters.get(name, ())
        rows = self._db.execute(
            f"SELECT coalesce(nullif({name}, ''), 'none'), sum(count) FROM {table} {others.sql}"
            " GROUP BY 1 ORDER BY 2 DESC, 1",
            others.values,
        ).fetchall()
        found = [FacetValue(value, count, value in chosen) for value, count in rows]
        missing = [FacetValue(value, 0, True) for value in chosen if value not in dict(rows)]
        return tuple(found + missing)

    def _rows(self, query: Query, hits: str, window: str) -> Iterator[Row]:
        condition = where(query, prefix="r.")
        sql = (
            f"SELECT {ROW}, {', '.join(SLOTS)} FROM resources r LEFT JOIN accounts a ON a.id = r.account"
            f" {condition.sql} {hits} ORDER BY {order_by(query)} {window}"
        )
        for row in self._db.execute(sql, condition.values):
            values: list[Any] = [*row[:10], row[10:]]
            yield Row(*values)


def _references(document: Document) -> Iterator[str]:
    """Every string among the typed fields: those that are ids of other resources make the relations."""
    for name, value in document.items():
        if name not in ("raw", "tags", "arn", "name", "account", "region", "type"):
            values: Iterable[object] = value if isinstance(value, list) else (value,)
            yield from (each for each in values if isinstance(each, str) and each)
