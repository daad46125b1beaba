"""Writes the read model of costs: what a store keeps in, one SQLite file out, with what pages add up.

Money is whole nano-dollars. What no group has is a row of its own (key NULL), so that the rows of a period
add up to Cost Explorer's own total.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from errors import DataFileError, Lost, PoloError
from services.costs.costs import Costs
from services.costs.dates import days_of, is_day
from services.costs.plan import is_final
from services.costs.store import CostStore, Kept, outlook_document
from services.files import USE_CACHE_PATH, whole
from services.models.costs import CUTS, HOME_CUT, Group, nano
from services.models.gap import notice_of
from services.models.parallel import spread

SCHEMA = """
PRAGMA journal_mode = off; PRAGMA synchronous = off;
CREATE TABLE periods (period TEXT PRIMARY KEY, taken TEXT, total INTEGER, whole INTEGER);
CREATE TABLE costs (cut TEXT, a TEXT, b TEXT, period TEXT, nano INTEGER);
CREATE TABLE sums (dimension TEXT, key TEXT, period TEXT, nano INTEGER);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT);
"""
INDEXES = """
CREATE INDEX costs_a ON costs (cut, a, period, b, nano);
CREATE INDEX costs_b ON costs (cut, b, period, a, nano);
CREATE INDEX sums_dimension ON sums (dimension, period, key, nano);
"""
READERS = 8  # threads: a table answers them side by side
Nanos = dict[str, dict[Group, int]]  # cut -> group -> nano-dollars


def write_costs(path: Path, store: CostStore) -> None:
    """The database of all that is kept; `path` appears whole or not at all. Raises PoloError."""
    with whole(path, USE_CACHE_PATH) as part, closing(sqlite3.connect(part)) as db:
        db.executescript(SCHEMA)
        _fill(db, store)
        db.executescript(INDEXES + _sums())
        db.commit()
        movers = Costs(part).compared()
        _keep_facts(db, {"movers": asdict(movers) if movers else None})
        db.commit()


def _fill(db: sqlite3.Connection, store: CostStore) -> None:
    kept, metric = _of_one_metric(store.kept())
    lost: dict[str, PoloError] = {}
    read = dict(spread(partial(_period, store, lost), [*kept], READERS))
    months: dict[str, _Month] = {}
    for period in filter(is_day, kept):
        if found := read[period]:
            months.setdefault(period[:7], _Month()).add(period, *found)
            _insert(db, period, kept[period].taken, *found, whole=True)
    latest = max(months, default="")
    for month in sorted({*months, *(period for period in kept if not is_day(period))}):
        days, own = months.get(month, _Month()), kept.get(month)
        if own and (is_final(month, own.taken) or not days.whole(month)):
            if found := read[month]:
                _insert(db, month, own.taken, *found, whole=True)
        elif days.whole(month) or (month == latest and days.from_the_first(month)):
            taken = kept[days.known[-1]].taken
            _insert(db, month, taken, days.total, days.groups, whole=days.whole(month))
    outlook = store.outlook()
    facts = {"metric": metric, "outlook": outlook and outlook_document(outlook)}
    facts["taken"] = max((each.taken for each in kept.values()), default="")
    facts["notice"] = notice_of([lost[period] for period in sorted(lost)])
    _keep_facts(db, facts)


def _keep_facts(db: sqlite3.Connection, facts: Mapping[str, Any]) -> None:
    rows = [(name, json.dumps(value)) for name, value in facts.items()]
    db.executemany("INSERT INTO facts VALUES (?, ?)", rows)


class _Month:
    """The days of a month that are known, added up."""

    def __init__(self) -> None:
        self.known: list[str] = []
        self.total = 0
        self.groups: Nanos = {cut: {} for cut in CUTS}

    def add(self, day: str, total: int, groups: Nanos) -> None:
        self.known.append(day)
        self.total += total
        for cut, found in groups.items():
            sums = self.groups[cut]
            for group, amount in found.items():
                sums[group] = sums.get(group, 0) + amount

    def whole(self, month: str) -> bool:
        return tuple(self.known) == days_of(month)

    def from_the_first(self, month: str) -> bool:
        """Whether no day is missing between the month's first and the last that is known."""
        return tuple(self.known) == days_of(month)[: len(self.known)]


def _of_one_metric(kept: Mapping[str, Kept]) -> tuple[dict[str, Kept], str]:
    """The periods that have the metric of the last ones taken: two metrics must not be added up."""
    metric = max(kept.values(), key=lambda each: each.taken).metric if kept else ""
    return {period: each for period, each in sorted(kept.items()) if each.metric == metric}, metric


def _period(
    store: CostStore, lost: dict[str, PoloError], period: str
) -> tuple[str, tuple[int, Nanos] | None]:
    """With its total and groups; None when it was forgotten meanwhile, or is lost."""
    costs = None
    try:
        costs = store.costs(period)
    except (Lost, DataFileError) as error:
        lost[period] = error
    if costs is None:
        return period, None
    groups: Nanos = {
        cut: {group: nano(amount) for group, amount in costs.cuts.get(cut, {}).items()} for cut in CUTS
    }
    return period, (nano(costs.total), groups)


def _insert(
    db: sqlite3.Connection, period: str, taken: str, total: int, groups: Nanos, *, whole: bool
) -> None:
    db.execute("INSERT INTO periods VALUES (?, ?, ?, ?)", (period, taken, total, whole))
    for cut, found in groups.items():
        rows: Iterator[tuple[str, str, str, str, int]] = (
            (cut, a, b, period, amount) for (a, b), amount in found.items()
        )
        db.executemany("INSERT INTO costs VALUES (?, ?, ?, ?, ?)", rows)
        rest = total - sum(found.values())
        if rest:
            db.execute("INSERT INTO costs VALUES (?, NULL, NULL, ?, ?)", (cut, period, rest))


def _sums() -> str:
    """What each dimension's keys cost, of the cut that is its own."""
    return "".join(
        f"INSERT INTO sums SELECT '{name}', {'ab'[CUTS[cut].index(name)]}, period, sum(nano)"
        f" FROM costs WHERE cut = '{cut}' GROUP BY 2, 3;"
        for name, cut in HOME_CUT.items()
    )
