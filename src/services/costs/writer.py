"""Writes the read model of costs: what a store keeps in, one SQLite file out, with what pages add up.

Money is whole nano-dollars. What no group has is a row of its own (key NULL), so that the rows of a period
add up to Cost Explorer's own total.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from errors import DataFileError, Lost, PoloError
from services.cloud.deadline import BUILD, left
from services.costs.costs import Costs
from services.costs.dates import days_of
from services.costs.plan import is_final
from services.costs.store import CostStore, Kept, outlook_document
from services.models.domain.costs import CUTS, HOME_CUT, Group, nano
from services.models.kit.gap import notice_of
from services.models.kit.parallel import spread
from services.read.builds import OnItsWay, Progress
from services.store.files import USE_CACHE_PATH, whole

SCHEMA = """
PRAGMA journal_mode = off; PRAGMA synchronous = off;
CREATE TABLE IF NOT EXISTS periods (period TEXT PRIMARY KEY, taken TEXT, total INTEGER, whole INTEGER);
CREATE TABLE IF NOT EXISTS costs (cut TEXT, a TEXT, b TEXT, period TEXT, nano INTEGER);
CREATE TABLE IF NOT EXISTS sums (dimension TEXT, key TEXT, period TEXT, nano INTEGER);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT);
"""
INDEXES = """
CREATE INDEX costs_a ON costs (cut, a, period, b, nano);
CREATE INDEX costs_b ON costs (cut, b, period, a, nano);
CREATE INDEX sums_dimension ON sums (dimension, period, key, nano);
"""
RESERVE = BUILD / 2  # seconds that a request keeps for adding up, which is done at a stretch
READERS = 8  # threads: a table answers them side by side
Nanos = dict[str, dict[Group, int]]  # cut -> group -> nano-dollars


def write_costs(path: Path, store: CostStore) -> None:
    """The database of all that is kept; `path` appears whole or not at all. Raises PoloError."""
    with whole(path, USE_CACHE_PATH) as part:
        fill(part, store, at_once=True)


def fill(part: Path, store: CostStore, *, at_once: bool = False) -> None:
    """Make the same of a file that is new, or was paused over what is kept.

    Raises OnItsWay when time is over, unless it is made at once, and leaves the file as one that is paused;
    PoloError.
    """
    with closing(sqlite3.connect(part)) as db:
        db.executescript(SCHEMA)
        try:
            _fill(db, store, at_once=at_once)
        finally:
            db.commit()
        db.executescript(INDEXES + _sums())
        db.commit()
        movers = Costs(part).compared()
        _keep_facts(db, {"movers": asdict(movers) if movers else None})
        db.commit()


def _fill(db: sqlite3.Connection, store: CostStore, *, at_once: bool) -> None:
    kept, metric = _of_one_metric(store.kept())
    lost: dict[str, PoloError] = {}
    _insert_kept(db, store, kept, lost, at_once=at_once)
    for month, days in _months(db).items():
        own = kept.get(month)
        if own is None or not (is_final(month, own.taken) or days.missing):
            _insert_sum(db, month, days, kept[days.last].taken)
    outlook = store.outlook()
    facts = {"metric": metric, "outlook": outlook and outlook_document(outlook)}
    facts["taken"] = max((each.taken for each in kept.values()), default="")
    facts["notice"] = notice_of([lost[period] for period in sorted(lost)])
    _keep_facts(db, facts)


def _insert_kept(
    db: sqlite3.Connection,
    store: CostStore,
    kept: Mapping[str, Kept],
    lost: dict[str, PoloError],
    *,
    at_once: bool,
) -> None:
    """Those periods that are not in yet; what was asked anew since they were goes."""
    began = time.time()
    known = {period: each.taken for period, each in kept.items()}.items()
    there = dict(db.execute("SELECT period, taken FROM periods")).items()
    for period, _ in there - known:
        _delete(db, period)
    missing = sorted(period for period, _ in known - there)
    for period, found in spread(partial(_period, store, lost), missing, READERS):
        if found:
            _insert(db, period, kept[period].taken, *found)
        if not at_once and left() < RESERVE:
            raise OnItsWay(Progress("Adding up", "periods of costs", len(kept), began), time.time())


def _keep_facts(db: sqlite3.Connection, facts: Mapping[str, Any]) -> None:
    rows = [(name, json.dumps(value)) for name, value in facts.items()]
    db.executemany("INSERT INTO facts VALUES (?, ?)", rows)


@dataclass(frozen=True)
class _Days:
    """Those of a month that are known, of which the last is `last`. missing: others are not."""

    last: str
    missing: bool


def _months(db: sqlite3.Connection) -> dict[str, _Days]:
    """The months that days can tell: all of one, or those of the latest until today."""
    known: dict[str, list[str]] = {}
    for (day,) in db.execute("SELECT period FROM periods WHERE length(period) = 10 ORDER BY 1"):
        known.setdefault(day[:7], []).append(day)
    latest = max(known, default="")
    told = {month: (tuple(days), days_of(month)) for month, days in known.items()}
    return {
        month: _Days(days[-1], missing=days != every)
        for month, (days, every) in told.items()
        if days == every or (month == latest and days == every[: len(days)])
    }


def _insert_sum(db: sqlite3.Connection, month: str, days: _Days, taken: str) -> None:
    """What the days come to, in place of what Cost Explorer told of the month before they were over."""
    _delete(db, month)
    within = (f"{month}-01", days.last)
    db.execute(
        "INSERT INTO periods SELECT ?, ?, sum(total), ? FROM periods WHERE period BETWEEN ? AND ?",
        (month, taken, not days.missing, *within),
    )
    db.execute(
        "INSERT INTO costs SELECT cut, a, b, ?, sum(nano) FROM costs WHERE period BETWEEN ? AND ?"
        " GROUP BY cut, a, b HAVING a IS NOT NULL OR sum(nano) <> 0",
        (month, *within),
    )


def _delete(db: sqlite3.Connection, period: str) -> None:
    for table in ("periods", "costs"):
        db.execute(f"DELETE FROM {table} WHERE period = ?", (period,))


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


def _insert(db: sqlite3.Connection, period: str, taken: str, total: int, groups: Nanos) -> None:
    db.execute("INSERT INTO periods VALUES (?, ?, ?, TRUE)", (period, taken, total))
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
