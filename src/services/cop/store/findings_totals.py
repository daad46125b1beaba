"""How many findings there are, and what they would save, each dollar once: in all, and by what they share.

What a choice of findings comes to is counted within that choice: the total of a rule, an owner or a page's
filter is what doing just that would save. So groups may come to more than all of them together, where two of
them have a saving by the same resource.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from services.cop.store.findings_overlaps import NOTHING, Overlaps, Sums
from services.cop.store.findings_where import column, shown, where_of, where_shared
from services.models.domain.finding import SEVERITIES
from services.models.domain.findings import FindingGroup, FindingQuery, FindingTotals
from services.models.everything.query import FacetValue
from services.models.everything.words import words_of

SUMS = "coalesce(sum(count), 0), coalesce(sum(saving), 0), coalesce(sum(hints), 0)"
FOUND = """
CREATE TEMP TABLE found AS
SELECT t.id, t.status, t.severity, t.rule, t.account, t.owner, t.type, t.confidence, f.count,
    iif(t.confidence = 'hint', 0, f.alone) AS saving, iif(t.confidence = 'hint', f.alone, 0) AS hints
FROM (SELECT totals, count(*) AS count, coalesce(sum(alone), 0) AS alone
    FROM findings {where} GROUP BY 1) f
JOIN totals t ON t.id = f.totals
"""
OVERLAPPING = "SELECT rowid FROM findings {where} AND rowid IN (SELECT finding FROM overlaps)"


@dataclass(frozen=True)
class Source:
    """What to count from: `totals`, or a table like it of what a text finds.

    overlapping: which it finds of the findings that overlap others, None for all of them.
    """

    table: str = "totals"
    overlapping: frozenset[int] | None = None


class Counts:
    """Those of one database, for queries of any sort."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @cached_property
    def _overlaps(self) -> Overlaps:
        return Overlaps(self._db)

    def source(self, query: FindingQuery) -> Source:
        """It is good until the next one is asked for."""
        if not words_of(query.text):
            return Source()
        where, values = where_of(FindingQuery(query.text, accounts=query.accounts))
        self._db.execute("DROP TABLE IF EXISTS temp.found")
        self._db.execute(FOUND.format(where=where), values)
        rows = self._db.execute(OVERLAPPING.format(where=where), values)
        return Source("found", frozenset(finding for (finding,) in rows))

    def facet(self, source: Source, field: str, query: FindingQuery) -> tuple[FacetValue, ...]:
        """How many findings have each value, the worst first, whatever is chosen of that field."""
        chosen = query.filters.get(field, ())
        where, values = where_shared(query, without=field)
        rows = self._db.execute(
            f"SELECT {column(field)}, sum(count) FROM {source.table} {where}"
            " GROUP BY 1 ORDER BY min(severity), 2 DESC, 1",
            values,
        )
        counts = {shown(field, value): count for value, count in rows}
        return tuple(
            FacetValue(value, counts.get(value, 0), value in chosen)
            for value in dict.fromkeys((*counts, *chosen))
        )

    def totals(self, source: Source, query: FindingQuery) -> FindingTotals:
        where, values = where_shared(query)
        count, *alone = self._db.execute(f"SELECT {SUMS} FROM {source.table} {where}", values).fetchone()
        return _with(count, alone, self._overlapping(source, query, "''").get("", NOTHING))

    def groups(self, source: Source, field: str, query: FindingQuery) -> tuple[FindingGroup, ...]:
        """By a field, the worst and then the dearest first, whatever is chosen of that field."""
        where, values = where_shared(query, without=field)
        rows = self._db.execute(
            f"SELECT {column(field)}, min(severity), {SUMS} FROM {source.table} {where} GROUP BY 1", values
        )
        others = self._overlapping(source, query, column(field), field)
        groups = (
            FindingGroup(
                shown(field, value), SEVERITIES[worst], _with(count, alone, others.get(value, NOTHING))
            )
            for value, worst, count, *alone in rows
        )
        return tuple(sorted(groups, key=_rank))

    def _overlapping(
        self, source: Source, query: FindingQuery, value: str, without: str = ""
    ) -> Mapping[str | int, Sums]:
        """What those come to that overlap others, by a value that SQL has of each."""
        where, values = where_shared(query, without)
        known = dict(self._db.execute(f"SELECT id, {value} FROM {source.table} {where}", values))
        found = source.overlapping
        return self._overlaps.sums(
            lambda each: known.get(each.totals) if found is None or each.finding in found else None
        )


def _with(count: int, alone: Iterable[int], others: Sums) -> FindingTotals:
    saving, hints = (one + other for one, other in zip(alone, others, strict=True))
    return FindingTotals(count, saving, hints)


def _rank(group: FindingGroup) -> tuple[int, int, int, int, str]:
    totals = group.totals
    return SEVERITIES.index(group.severity), -totals.saving, -totals.hints, -totals.count, group.value
