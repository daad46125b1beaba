"""What Marqo's indexes hold, how they are searched, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast

from services.cop.judge.rule import example
from services.cop.rules.marqo_idle import QUERIES
from services.models.domain.report import Column, Figure, Row
from services.models.kit.values import cents
from services.models.marqoindex import MarqoIndex
from services.reports.examples import ACCOUNT
from services.reports.report import Content, Example, Reporter, Sources, dearest_first

TYPES = ("marqoindexes",)
DAYS = 7
COST = 9


def make(sources: Sources) -> Content:
    indexes = [cast(MarqoIndex, index) for index in sources.of(*TYPES)]
    rows = dearest_first((_row(index, sources) for index in indexes), COST)
    figures = (
        Figure("indexes", "Indexes", len(rows)),
        Figure("documents", "Documents", _sum(row[4] for row in rows)),
        Figure("searches", f"Searches in {DAYS} days", _sum(row[6] for row in rows)),
        Figure("unsearched", f"Not searched in {DAYS} days", sum(row[6] == 0 for row in rows)),
        Figure("cost", "Known cost a month", _sum(row[COST] for row in rows), "money"),
        Figure("unknown", "Of unknown cost", sum(row[COST] is None for row in rows)),
    )
    return Content(rows, figures)


def _row(index: MarqoIndex, sources: Sources) -> Row:
    searches = _counted(sources.daily(index, QUERIES, DAYS + 1))
    cost = cents(None if index.cost is None else str(index.cost))
    place = (index.account, index.id, index.state, index.storage_class)
    return *place, index.documents, index.stored, searches, index.shards, index.replicas, cost


def _counted(values: tuple[float | None, ...]) -> int | None:
    """How far a counter went from the first to the last day; None when either is unknown.

    A counter that is lower than it was has begun again from 0: the index was made anew.
    """
    first, last = values[0], values[-1]
    if first is None or last is None:
        return None
    return int(last - first if last >= first else last)


def _sum(values: Iterable[Any]) -> int | None:
    """Of what is known; None when nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _index(id: str, **changes: object) -> MarqoIndex:
    usual: dict[str, Any] = {"state": "ready", "storage_class": "basic", "shards": 1, "replicas": 0}
    index: MarqoIndex = example("marqoindexes", id=id, **usual | {"documents": 50, "stored": 9} | changes)
    return index


REPORTER = Reporter(
    name="marqo-usage",
    title="Marqo usage",
    about="Each index of Marqo Cloud: documents, bytes, searches of the last 7 days, and the known cost.",
    columns=(
        Column("account", "Account", "account"),
        Column("index", "Index"),
        Column("state", "State"),
        Column("storage", "Storage class"),
        Column("documents", "Documents", "count"),
        Column("bytes", "Stored", "bytes"),
        Column("searches", "Searches in 7 days", "count"),
        Column("shards", "Shards", "count"),
        Column("replicas", "Replicas", "count"),
        Column("cost", "Known cost a month", "money"),
    ),
    key=2,
    types=TYPES,
    make=make,
    examples=(
        Example(
            (_index("a", cost=Decimal("43.29")), _index("b", cost=None)),
            daily={QUERIES: (5.0, *(None,) * 6, 47.0)},
            rows=(
                (ACCOUNT, "a", "ready", "basic", 50, 9, 42, 1, 0, 4329),
                (ACCOUNT, "b", "ready", "basic", 50, 9, 42, 1, 0, None),
            ),
            figures={"indexes": 2, "documents": 100, "searches": 84, "cost": 4329, "unknown": 1},
        ),
        Example(
            (_index("new", cost=None, documents=None, stored=None),),
            rows=((ACCOUNT, "new", "ready", "basic", None, None, None, 1, 0, None),),
            figures={"documents": None, "searches": None, "cost": None, "unknown": 1},
        ),
    ),
)
