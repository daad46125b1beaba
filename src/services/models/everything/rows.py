"""The rows of a list, by the way that is expected to look at the fewest."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from services.models.everything.counts import Summary
from services.models.everything.query import PAGE_SIZE, Query, Row
from services.models.everything.schema import SLOTS
from services.models.everything.sql import (
    OWN_SORTS,
    ROW,
    SHARED_SORTS,
    Condition,
    Way,
    found_where,
    order_by,
    rows_where,
    where,
)

KEYS = "WHERE r.key IN (SELECT value FROM json_each(?))"
IN_ORDER = """
SELECT r.key FROM (
    SELECT t.id FROM totals t LEFT JOIN accounts a ON a.id = t.account {where}
    ORDER BY {order} LIMIT {most}) g
CROSS JOIN resources r INDEXED BY resources_totals ON r.totals = g.id {found} LIMIT ? OFFSET ?
"""


def rows(db: sqlite3.Connection, query: Query, known: Summary) -> Iterator[Row]:
    """One page of a list; known: its summary."""
    if not known.totals.count:
        return iter(())
    offset = (query.page - 1) * PAGE_SIZE
    way = _way(query, known, offset + PAGE_SIZE)
    if way == "sort" and query.sort in SHARED_SORTS:
        shared, found = where(query), found_where(query)
        order = order_by(query).partition(", r.")[0]
        most = offset + PAGE_SIZE if known.totals.count == known.chosen else -1  # each has a row at least
        keys = IN_ORDER.format(where=shared.sql, order=order, most=most, found=found.sql)
        values = (*shared.values, *found.values)
    else:
        condition = Condition(KEYS, (json.dumps(known.keys),)) if known.keys else rows_where(query, way)
        order = order_by(query, way)
        keys = f"SELECT r.key FROM {_joined(query)} {condition.sql} ORDER BY {order} LIMIT ? OFFSET ?"
        values = condition.values
    return _read(db, query, f"WHERE r.key IN ({keys})", (*values, PAGE_SIZE, offset))


def all_rows(db: sqlite3.Connection, query: Query) -> Iterator[Row]:
    """All rows of a list, in its order."""
    condition = rows_where(query, "search")
    return _read(db, query, condition.sql, condition.values)


def _read(db: sqlite3.Connection, query: Query, condition: str, values: tuple[Any, ...]) -> Iterator[Row]:
    sql = (
        f"SELECT {ROW}, {', '.join(SLOTS)} FROM resources r CROSS JOIN totals t ON t.id = r.totals"
        f" LEFT JOIN accounts a ON a.id = t.account {condition} ORDER BY {order_by(query, 'search')}"
    )
    for row in db.execute(sql, values):
        own: list[Any] = [*row[:10], row[10:]]
        yield Row(*own)


def _joined(query: Query) -> str:
    """What the order of a list looks at."""
    if query.sort not in SHARED_SORTS:
        return "resources r"
    return "resources r CROSS JOIN totals t ON t.id = r.totals LEFT JOIN accounts a ON a.id = t.account"


def _way(query: Query, known: Summary, wanted: int) -> Way:
    """The way on which the fewest rows are expected, if what matches is spread evenly."""
    if known.keys:
        return "search"
    costs: dict[Way, float] = {"totals": known.chosen}
    if query.sort in OWN_SORTS or query.sort in SHARED_SORTS:
        costs["sort"] = wanted * known.all / max(1, known.totals.count)
    if known.hits is not None:
        costs["search"] = known.hits
    return min(costs, key=lambda way: costs[way])
