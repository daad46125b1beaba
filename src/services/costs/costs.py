"""Costs: the read model, in one SQLite file. Pivots, movers and weeks are queries on it."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

from services.costs.dates import DAY, count_between, days_between, days_of, month_before, month_of
from services.costs.store import outlook_of
from services.models.domain.cost_names import is_apart
from services.models.domain.costs import (
    CUTS,
    CostQuery,
    CostRow,
    Headline,
    Mover,
    Movers,
    Outlook,
    Pivot,
    Weeks,
    cut_of,
    dollars_of,
    nano,
)
from services.models.kit.bounds import bounded

ENOUGH = 7  # days of a month that can be compared with those of the one before
MOVED = 50
WEEK = 7
STALE = 3  # days after which last week is no news
USUAL = 4  # weeks before
Bounds = tuple[str, str]


class Costs:
    """All costs that are known, read only. May be used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def months(self) -> tuple[str, ...]:
        """Those that are known, oldest first; the last one may not be over."""
        return self._periods("length(period) = 7")

    @cached_property
    def days(self) -> tuple[str, ...]:
        return self._periods("length(period) = 10")

    @cached_property
    def metric(self) -> str:
        """unblended or amortized; "" of nothing."""
        return str(self._fact("metric"))

    @cached_property
    def taken(self) -> str:
        """When Cost Explorer was asked last, ISO 8601, UTC."""
        return str(self._fact("taken"))

    @cached_property
    def notice(self) -> str:
        """Which periods are kept and can't be read, and the way out; mostly ""."""
        return str(self._fact("notice"))

    @cached_property
    def outlook(self) -> Outlook | None:
        found = self._fact("outlook")
        return outlook_of(found) if found else None

    def pivot(self, query: CostQuery) -> Pivot:
        """What the query asks for. Raises TooBroad; KeyError when no query has these dimensions."""
        with bounded(self._db, self._rows):
            return self._pivot(query)

    def _pivot(self, query: CostQuery) -> Pivot:
        periods = self.days if query.unit == "day" else self.months
        first, last = query.first or "0", query.last or "9"
        shown = tuple(period for period in periods if first <= period <= last)
        cut = cut_of(query.by, *query.filters)
        if cut is None:
            raise KeyError(query.by)
        bounds = (shown[0], shown[-1]) if shown else ("", "")
        found = self._filtered(cut, query, bounds) if query.filters else self._sums(query.by, bounds)
        rows = _rows(found, shown)
        totals = tuple(map(sum, zip(*(row.nanos for row in rows), strict=True))) or (0,) * len(shown)
        kept = (periods[0], periods[-1]) if periods else ("", "")
        pivot = Pivot(query, shown, rows, totals, self._open.intersection(shown), kept)
        return replace(pivot, missing=len(shown) < count_between(*pivot.asked))

    def keys(self, dimension: str) -> tuple[str, ...]:
        """Every key of a dimension that ever cost something, in their order."""
        rows = self._db.execute(
            "SELECT DISTINCT key FROM sums WHERE dimension = ? AND key IS NOT NULL ORDER BY 1", (dimension,)
        )
        return tuple(key for (key,) in rows)

    def movers(self) -> Movers | None:
        """What costs more and what costs less, by account and service: this month so far against the same
        days of the one before, or the last two whole months where too little is known. None for neither.
        """
        found = self._fact("movers")
        if not found:
            return None
        return Movers(found["before"], found["after"], tuple(Mover(**each) for each in found["moved"]))

    def compared(self) -> Movers | None:
        """The movers of the figures themselves: what the writer of the file keeps in it."""
        both = self._same_days()
        if both and both[1][1][-2:] >= f"{ENOUGH:02d}":
            before, after = both
            words = (_words(before), _words(after))
        else:
            whole = [month for month in self.months if month not in self._open]
            if len(whole) < 2 or month_before(whole[-1]) != whole[-2]:
                return None
            words = (whole[-2], whole[-1])
            before, after = (words[0], words[0]), (words[1], words[1])
        return Movers(*words, self._moved(before, after))

    def headline(self) -> Headline | None:
        """The month of the last day that is known; None where no day is."""
        if not self.days:
            return None
        last_day = self.days[-1]
        month, totals = last_day[:7], self._totals
        if month not in totals:
            return None
        same, outlook, last_month = self._same_days(), self.outlook, totals.get(month_before(month))
        found = Headline(
            month,
            last_day,
            totals[month],
            self.metric,
            self.taken,
            sum(totals[day] for day in _within(self.days, same[0])) if same else None,
            last_month,
        )
        if found.is_whole:
            return replace(found, same_days=last_month)
        if outlook and outlook.forecast is not None and outlook.day == found.next_day:
            return replace(found, forecast=totals[month] + nano(outlook.forecast))
        return found

    def weeks(self, today: date | None) -> tuple[Weeks, ...] | None:
        """Every account and service with its last 7 days, its mean week of the 28 before, and the same days
        of the month before, as far as they are known; without tax, support and fees, see is_apart.

        None where one of the 35 days is not known, or the last one is more than 3 days before `today`.
        """
        if not self.days:
            return None
        last = date.fromisoformat(self.days[-1])
        first = last - (WEEK * (USUAL + 1) - 1) * DAY
        old = today is not None and (today - last).days > STALE
        if old or not {*days_between(first, last)} <= {*self.days}:
            return None
        middle = str(last - (WEEK - 1) * DAY)
        same = self._a_month_before(days_between(last - (WEEK - 1) * DAY, last))
        times = "".join(" WHEN ? THEN ?" for _ in same)
        rows = self._db.execute(
            "SELECT a, b, sum(iif(period >= ?, nano, 0)), sum(iif(period >= ? AND period < ?, nano, 0)),"
            f" sum(nano * {f'CASE period{times} ELSE 0 END' if same else '0'}) FROM costs"
            " WHERE cut = 'services' AND a IS NOT NULL AND length(period) = 10 AND period BETWEEN ? AND ?"
            " GROUP BY a, b",
            (middle, str(first), middle, *chain(*same.items()), min((*same, str(first))), str(last)),
        )
        return tuple(
            Weeks(a, b, dollars_of(after), dollars_of(before) / USUAL, dollars_of(then) if same else None)
            for a, b, after, before, then in rows
            if not is_apart(b)
        )

    def _a_month_before(self, days: tuple[str, ...]) -> Mapping[str, int]:
        """The same days of the month before each, and how often; its last day stands for those that it has
        not. None where one of them is not known.
        """
        earlier = Counter(
            min(f"{month_before(day[:7])}{day[7:]}", days_of(month_before(day[:7]))[-1]) for day in days
        )
        return earlier if {*earlier} <= {*self.days} else {}

    @cached_property
    def _db(self) -> sqlite3.Connection:
        uri = f"{self.path.resolve().as_uri()}?mode=ro&immutable=1"
        return sqlite3.connect(uri, uri=True, check_same_thread=False)

    @cached_property
    def _rows(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM costs").fetchone()[0])

    @cached_property
    def _totals(self) -> dict[str, int]:
        return dict(self._db.execute("SELECT period, total FROM periods"))

    @cached_property
    def _open(self) -> frozenset[str]:
        """Months that are not known in whole."""
        return frozenset(self._periods("NOT whole"))

    def _periods(self, condition: str) -> tuple[str, ...]:
        rows = self._db.execute(f"SELECT period FROM periods WHERE {condition} ORDER BY period")
        return tuple(period for (period,) in rows)

    def _fact(self, name: str) -> Any:
        return json.loads(self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()[0])

    def _sums(self, dimension: str, bounds: Bounds) -> Iterable[tuple[str | None, str, int]]:
        return self._db.execute(
            "SELECT key, period, nano FROM sums"
            " WHERE dimension = ? AND period BETWEEN ? AND ? AND length(period) = ?",
            (dimension, *bounds, len(bounds[0])),
        )

    def _filtered(self, cut: str, query: CostQuery, bounds: Bounds) -> Iterable[tuple[str | None, str, int]]:
        """Of the cut; what is not attributed has no key that a filter could name."""
        column = dict(zip(CUTS[cut], "ab", strict=True))
        where = " AND ".join(f"{column[name]} = ?" for name in query.filters)
        return self._db.execute(
            f"SELECT {column[query.by]}, period, sum(nano) FROM costs WHERE cut = ? AND {where}"
            " AND period BETWEEN ? AND ? AND length(period) = ? GROUP BY 1, 2",
            (cut, *query.filters.values(), *bounds, len(bounds[0])),
        )

    def _same_days(self) -> tuple[Bounds, Bounds] | None:
        """The days of the current month that are known, and the same of the month before, as far as it has
        them; both in whole.
        """
        last = date.fromisoformat(self.days[-1]) if self.days else None
        if last is None:
            return None
        before = month_before(month_of(last))
        days = days_of(before)[: last.day]
        this, other = (f"{month_of(last)}-01", str(last)), (days[0], days[-1])
        whole = len(_within(self.days, other)) == len(days) and len(_within(self.days, this)) == last.day
        return (other, this) if whole else None

    def _moved(self, before: Bounds, after: Bounds) -> tuple[Mover, ...]:
        """The largest changes of all accounts and services, by their size."""
        rows = self._db.execute(
            "SELECT a, b, sum(iif(period <= ?, nano, 0)) AS old, sum(iif(period >= ?, nano, 0)) AS new"
            " FROM costs WHERE cut = 'services' AND a IS NOT NULL AND length(period) = ?"
            " AND (period BETWEEN ? AND ? OR period BETWEEN ? AND ?)"
            " GROUP BY a, b HAVING old <> new ORDER BY abs(new - old) DESC, a, b LIMIT ?",
            (before[1], after[0], len(after[0]), *before, *after, MOVED),
        )
        return tuple(Mover(*row) for row in rows)


def _rows(found: Iterable[tuple[str | None, str, int]], periods: tuple[str, ...]) -> tuple[CostRow, ...]:
    """Dearest first; what is not attributed at the end."""
    place = {period: number for number, period in enumerate(periods)}
    rows: dict[str | None, list[int]] = {}
    for key, period, amount in found:
        row = rows.get(key)
        if row is None:
            row = rows[key] = [0] * len(periods)
        row[place[period]] = amount
    made = [CostRow(key, tuple(nanos)) for key, nanos in rows.items()]
    return tuple(sorted(made, key=lambda row: (row.key is None, -row.total, row.key or "")))


def _within(days: tuple[str, ...], bounds: Bounds) -> list[str]:
    return [day for day in days if bounds[0] <= day <= bounds[1]]


def _words(bounds: Bounds) -> str:
    return f"{bounds[0]} to {bounds[1]}"
