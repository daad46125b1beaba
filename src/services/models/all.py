"""Everything: the read model. All resources and scopes in one SQLite database, built from a DataService.

It is told what changed and calls nobody. Lists, any-column sort, facets, substring search and totals are
queries on it.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from services.models.base import Document, Resource
from services.models.everything.history import History
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
from services.models.everything.sql import both, order_by, search, slots, typed_facets, where
from services.models.scope import Key, Scope, ScopeHead

ROW = "r.type, r.account, r.region, r.id, r.name, r.owner, r.state, r.created, r.cost, r.arn"
ACCOUNTS = "SELECT id, name FROM accounts ORDER BY name COLLATE NOCASE, id"
HEADS = "SELECT head FROM scopes ORDER BY account, region, type"
GOOD = "json_extract(head, '$.status') = 'ok'"
GENERATION = "json_extract(head, '$.generation')"
FRESHNESS = f"""
SELECT coalesce(sum({GOOD} AND {GENERATION} >= ?), 0), count(*), min({GENERATION}) FILTER (WHERE {GOOD})
FROM scopes
"""
REMEMBERED = 256  # answers
COMMON = frozenset(field.name for field in fields(Resource))  # what every resource has refers to nothing
T = TypeVar("T")
SUMS = "coalesce(sum(count), 0), coalesce(sum(cost), 0), coalesce(sum(unknown), 0)"


class Everything:
    """One estate, read only (see `writer` for how it is made). Each thread has its own connection."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._known: dict[Hashable, Any] = {}

    @property
    def _db(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
            connection.execute("PRAGMA temp_store = memory")
            self._local.connection = connection
        return connection

    @property
    def demo(self) -> bool:
        """Whether this is the demo estate."""
        row = self._db.execute("SELECT value FROM meta WHERE name = 'demo'").fetchone()
        return bool(row and row[0])

    def accounts(self) -> dict[str, str]:
        """Account id -> name, by name."""
        return self._once("accounts", lambda: dict(self._db.execute(ACCOUNTS).fetchall()))

    def heads(self) -> tuple[ScopeHead, ...]:
        """The head of every scope."""
        return self._once("heads", self._heads)

    def _heads(self) -> tuple[ScopeHead, ...]:
        texts = ",".join(text for (text,) in self._db.execute(HEADS))  # parsed at once: a third of the time
        return tuple(map(ScopeHead.from_json, json.loads(f"[{texts}]")))

    @property
    def history(self) -> History:
        """What appeared, vanished and changed, as far as this database has it."""
        return History(lambda: self._db)

    def known(self, keys: Collection[Key]) -> frozenset[Key]:
        """Those of the resources that are there."""
        ids = sorted({key.id for key in keys})
        rows = self._db.execute(
            f"SELECT type, account, region, id FROM resources WHERE id IN ({', '.join('?' * len(ids))})",
            ids,
        )
        return frozenset(Key(*row) for row in rows) & frozenset(keys)

    def freshness(self, since: int) -> tuple[int, int, int | None]:
        """Scopes collected well since that generation, all scopes, and the oldest of those collected well."""
        counted = self._db.execute(FRESHNESS, (since,)).fetchone()
        return counted[0], counted[1], counted[2]

    def page(self, query: Query) -> Page:
        """One page of a list, with its totals and facets."""
        window = f"LIMIT {PAGE_SIZE} OFFSET {(query.page - 1) * PAGE_SIZE}"
        rows = tuple(self._rows(query, window))
        chosen = tuple(sorted(query.filters.items()))
        totals, count, facets = self._once((query.type, query.text, chosen), lambda: self._summary(query))
        return Page(query, rows, totals, count, facets)

    def _summary(self, query: Query) -> tuple[Totals, int, dict[str, tuple[FacetValue, ...]]]:
        """The totals of a list, its number of resources without search and filters, and its facets."""
        table = self._totals_table(query)
        every, listed = where(query), where(Query(type=query.type))
        totals = Totals(*self._db.execute(f"SELECT {SUMS} FROM {table} {every.sql}", every.values).fetchone())
        count = self._db.execute(f"SELECT {SUMS} FROM totals {listed.sql}", listed.values).fetchone()[0]
        facets = {name: self._facet(query, table, name) for name in FACETS}
        facets |= {name: self._typed_facet(query, name) for name in typed_facets(query.type)}
        return totals, count, facets

    def rows(self, query: Query) -> Iterator[Row]:
        """All rows of a list, in its order: what CSV exports."""
        return self._rows(query, "")

    def totals(self) -> Totals:
        """Of the whole estate."""
        return Totals(*self._db.execute(f"SELECT {SUMS} FROM totals").fetchone())

    def groups(self, field: str) -> tuple[Group, ...]:
        """Totals by one of FACETS, largest first."""
        if field not in FACETS:
            raise ValueError(field)
        sql = f"SELECT coalesce({field}, ''), {SUMS} FROM totals GROUP BY 1 ORDER BY 2 DESC, 1"
        return self._once(
            field, lambda: tuple(Group(value, Totals(*sums)) for value, *sums in self._db.execute(sql))
        )

    def newest(self, count: int) -> tuple[Row, ...]:
        """The resources created last."""
        rows = self._db.execute(
            f"SELECT {ROW} FROM resources r WHERE created IS NOT NULL ORDER BY created DESC LIMIT ?", (count,)
        )
        return tuple(Row(*row) for row in rows)

    def documents(self, scope: Scope) -> Iterator[bytes]:
        """The stored JSON of each resource of the scope."""
        rows = self._db.execute(
            "SELECT d.document FROM scopes s JOIN documents d ON d.key BETWEEN s.first AND s.last"
            " WHERE s.account = ? AND s.region = ? AND s.type = ?",
            (scope.account, scope.region, scope.type),
        )
        yield from (document for (document,) in rows)

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

    def _totals_table(self, query: Query) -> str:
        """The table of totals to ask: the whole estate's, or that of what was searched."""
        condition = search(query)
        if condition is None:
            return "totals"
        self._db.execute("DROP TABLE IF EXISTS temp.searched")
        self._db.execute(
            "CREATE TEMP TABLE searched AS SELECT r.type, r.account, r.region, r.state, r.owner,"
            " count(*) AS count, sum(r.cost) AS cost, sum(r.cost IS NULL) AS unknown"
            f" FROM {condition.tables} {condition.sql} GROUP BY 1, 2, 3, 4, 5",
            condition.values,
        )
        return "searched"

    def _once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` answers, remembered: the file under this Everything never changes."""
        known = self._known  # threads share it; each works on the one that it saw
        if key not in known:
            if len(known) >= REMEMBERED:
                known = self._known = {}
            known[key] = make()
        made: T = known[key]
        return made

    def _facet(self, query: Query, table: str, name: str) -> tuple[FacetValue, ...]:
        others = where(query, without=name)
        rows = self._db.execute(
            f"SELECT coalesce(nullif({name}, ''), 'none'), sum(count) FROM {table} {others.sql}"
            " GROUP BY 1 ORDER BY 2 DESC, 1",
            others.values,
        )
        return _facet_values(query, name, dict(rows))

    def _typed_facet(self, query: Query, name: str) -> tuple[FacetValue, ...]:
        others = both(query, without=name)
        rows = self._db.execute(
            f"SELECT coalesce(nullif(CAST(r.{slots(query.type)[name]} AS TEXT), ''), 'none'), count(*)"
            f" FROM {others.tables} {others.sql} GROUP BY 1 ORDER BY 2 DESC, 1",
            others.values,
        )
        return _facet_values(query, name, dict(rows))

    def _rows(self, query: Query, window: str) -> Iterator[Row]:
        condition = both(query)
        names = "LEFT JOIN accounts a ON a.id = r.account" if query.sort == "account" else ""
        sql = (
            f"SELECT {ROW}, {', '.join(SLOTS)} FROM {condition.tables} {names}"
            f" {condition.sql} ORDER BY {order_by(query)} {window}"
        )
        for row in self._db.execute(sql, condition.values):
            values: list[Any] = [*row[:10], row[10:]]
            yield Row(*values)


def _facet_values(query: Query, name: str, counts: dict[str, int]) -> tuple[FacetValue, ...]:
    """The values found, and the chosen ones that nothing has."""
    chosen = query.filters.get(name, ())
    found = [FacetValue(value, count, value in chosen) for value, count in counts.items()]
    return (*found, *(FacetValue(value, 0, True) for value in chosen if value not in counts))


def _references(document: Document) -> Iterator[str]:
    """Every string among the typed fields: those that are ids of other resources make the relations."""
    for name, value in document.items():
        if name not in COMMON:
            values: Iterable[object] = value if isinstance(value, list) else (value,)
            yield from (each for each in values if isinstance(each, str) and each)
