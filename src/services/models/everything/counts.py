"""The numbers of a list: totals and facets. What would look at too many rows is estimated, and says so."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from services.models.everything.query import FACETS, NONE, FacetValue, Query, Totals
from services.models.everything.sql import (
    HITS,
    Condition,
    Way,
    counted_ahead,
    found_where,
    hits,
    rows_where,
    searches,
    slots,
    typed_facets,
    typed_filters,
    where,
)

FEW = 500  # resources whose keys are kept, so that a page need not look for them again
MOST = 10_000  # rows that a search counts one by one; what finds more is estimated
SAMPLE = 10_000  # rows that an estimate looks at
STRETCHES = 200  # of the estate that they come from
SUMS = "coalesce(sum(count), 0), coalesce(sum(cost), 0), coalesce(sum(unknown), 0)"
COUNTS = (
    "count(*) AS count, coalesce(sum(CAST(r.cost AS INTEGER)), 0) AS cost,"
    " coalesce(sum(r.cost IS NULL), 0) AS unknown"
)
COUNTED_TYPED = "totals AS id, sum(count) AS count, sum(cost) AS cost, sum(unknown) AS unknown"
FOUND = """
CREATE TEMP TABLE found AS
SELECT t.id, t.type, t.account, t.region, t.state, t.owner, f.count, f.cost, f.unknown
FROM ({counted} GROUP BY 1) f JOIN totals t USING (id)
"""
SAMPLED = "json_each(?) s CROSS JOIN resources r ON r.key BETWEEN s.value AND s.value + ?"


@dataclass(frozen=True)
class Summary:
    """totals: of what the query finds. all: resources of the list without search and filters.

    chosen: resources that have the query's type and facets. about: the numbers are estimates. hits: what the
    search index finds; None where it can't help, or finds more than MOST. keys: of all that the query finds,
    where they had to be looked for one by one and are FEW at most.
    """

    totals: Totals
    all: int
    facets: Mapping[str, tuple[FacetValue, ...]]
    chosen: int
    about: bool = False
    hits: int | None = None
    keys: tuple[int, ...] | None = None


def summary(db: sqlite3.Connection, query: Query) -> Summary:
    """The numbers of a list."""
    listed = sums(db, "totals", where(Query(query.type))).count
    found = _hits(db, query)
    if searches(query) and listed > MOST and found is None:
        return _Estimate(db, query, listed, found).summary()
    return _Count(db, query, listed, found).summary()


def sums(db: sqlite3.Connection, table: str, condition: Condition) -> Totals:
    """The sums of a table that is like `totals`."""
    return Totals(*db.execute(f"SELECT {SUMS} FROM {table} {condition.sql}", condition.values).fetchone())


class _Count:
    """The numbers of one query, counted one by one."""

    def __init__(self, db: sqlite3.Connection, query: Query, listed: int, hits: int | None) -> None:
        self.db = db
        self.query = query
        self.listed = listed
        self.hits = hits
        self.shared = where(query)
        self.chosen = sums(db, "totals", self.shared)
        self.way: Way = "totals" if hits is None or hits > listed else "search"

    def summary(self) -> Summary:
        table = self._find()
        facets = {name: self._facet(table, name) for name in FACETS}
        facets |= {name: self._typed_facet(name) for name in typed_facets(self.query.type)}
        totals = self.chosen if table == "totals" else self._totals(table)
        return Summary(totals, self.listed, facets, self.chosen.count, hits=self.hits)

    def _find(self) -> str:
        """The table to count from: `totals`, or a like one of what text, tags and typed filters find."""
        typed = typed_filters(self.query)
        if not searches(self.query) and not typed:
            return "totals"
        if not searches(self.query) and counted_ahead(self.query):
            ((slot, values),) = typed.items()
            condition = Condition(
                f"WHERE slot = ? AND value IN ({', '.join('?' * len(values))})", (slot, *values)
            )
            counted = f"SELECT {COUNTED_TYPED} FROM typed_totals"
        else:
            others = {name: each for name, each in self.query.filters.items() if name not in FACETS}
            source, condition = self._rows(replace(self.query, filters=others))
            counted = f"SELECT r.totals AS id, {COUNTS} FROM {source}"
        self.db.execute("DROP TABLE IF EXISTS temp.found")
        self.db.execute(FOUND.format(counted=f"{counted} {condition.sql}"), condition.values)
        return "found"

    def _rows(self, query: Query, without: str = "") -> tuple[str, Condition]:
        """Where to select resources r from, and which."""
        return "resources r", rows_where(query, self.way, without=without)

    def _totals(self, table: str) -> Totals:
        return sums(self.db, table, self.shared)

    def _facet(self, table: str, name: str) -> tuple[FacetValue, ...]:
        others = where(self.query, without=name)
        return self._values(name, f"{name}, sum(count) FROM {table}", others)

    def _typed_facet(self, name: str) -> tuple[FacetValue, ...]:
        slot = slots(self.query.type)[name]
        if searches(self.query) or typed_filters(self.query, without=name):
            source, condition = self._rows(self.query, name)
            return self._values(name, f"CAST(r.{slot} AS TEXT), count(*) FROM {source}", condition)
        shared = f"totals IN (SELECT id FROM totals {self.shared.sql})"
        condition = Condition(f"WHERE {shared} AND slot = ?", (*self.shared.values, slot))
        return self._values(name, "value, sum(count) FROM typed_totals", condition)

    def _values(self, name: str, counted: str, condition: Condition) -> tuple[FacetValue, ...]:
        """The values found, and the chosen ones that nothing has."""
        column, _, rest = counted.partition(", ")
        counts: Counter[str] = Counter()
        for value, count in self.db.execute(
            f"SELECT {column}, {rest} {condition.sql} GROUP BY 1", condition.values
        ):
            counts[value or NONE] += count
        chosen = self.query.filters.get(name, ())
        found = [
            FacetValue(value, self._told(count), value in chosen)
            for value, count in sorted(counts.items(), key=_most)
        ]
        return (*found, *(FacetValue(value, 0, True) for value in chosen if value not in counts))

    def _told(self, count: int) -> int:
        return count


class _Estimate(_Count):
    """The same from a sample, for a text that too many resources have."""

    def __init__(self, db: sqlite3.Connection, query: Query, listed: int, hits: int | None) -> None:
        super().__init__(db, query, listed, hits)
        (last,) = db.execute("SELECT max(key) FROM resources").fetchone()
        length = SAMPLE // STRETCHES
        starts = [number * last // STRETCHES + 1 for number in range(STRETCHES)]
        self._sample = json.dumps(starts), length - 1
        self._keys: tuple[int, ...] | None = None
        self._scale = max(1.0, last / (length * STRETCHES))  # resources that each one found stands for

    def summary(self) -> Summary:
        found = super().summary()
        return replace(found, about=True, keys=self._keys)

    def _rows(self, query: Query, without: str = "") -> tuple[str, Condition]:
        condition = found_where(query, without=without)
        return SAMPLED, Condition(condition.sql, (*self._sample, *condition.values))

    def _totals(self, table: str) -> Totals:
        """Counted after all where filters or the sample say that it is little."""
        chosen = self.chosen.count
        found = super()._totals(table)
        if chosen > MOST and found.count * self._scale > MOST / 4:
            return Totals(*map(self._told, (found.count, found.cost, found.unknown)))
        condition = rows_where(self.query, "totals" if chosen <= MOST or not hits(self.query) else "search")
        self.db.execute("DROP TABLE IF EXISTS temp.counted")
        counted = f"CREATE TEMP TABLE counted AS SELECT r.key, r.cost FROM resources r {condition.sql}"
        self.db.execute(counted, condition.values)
        totals = Totals(*self.db.execute(f"SELECT {COUNTS} FROM counted r").fetchone())
        if totals.count <= FEW:
            self._keys = tuple(key for (key,) in self.db.execute("SELECT key FROM counted"))
        return totals

    def _told(self, count: int) -> int:
        """To two digits: the others would pretend."""
        return int(float(f"{count * self._scale:.1e}"))


def _most(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]


def _hits(db: sqlite3.Connection, query: Query) -> int | None:
    """What the search index finds for the query; None if it can't help, or finds more than MOST."""
    match = hits(query)
    if not match:
        return None
    (found,) = db.execute(f"SELECT count(*) FROM ({HITS} LIMIT ?)", (match, MOST + 1)).fetchone()
    return int(found) if found <= MOST else None
