"""Plan: which periods to ask Cost Explorer for, the most useful first (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from services.costs.dates import (
    DAY,
    days_between,
    first_day,
    is_day,
    month_before,
    month_of,
    months_before,
    next_month,
    runs,
)
from services.costs.store import Kept

RESTATED = 14  # days that AWS still changes
WEEKS = 42  # days that a jump is judged by: the same 7 of a month before, of days that come two days late
AGAIN = 7  # days after which a day of a month that is not final is asked again
MONTHS = 13  # that Cost Explorer has, beside the current one
FEW = 5  # requests for RESTATED days, below which an estate is small: a page for each query, and one more
AT_ONCE = {"day": 7, "month": 1}  # periods in one stretch of a large estate: a budget that ends loses one


def restated(today: date) -> tuple[str, ...]:
    """The days that are asked for every night; today is not over."""
    return days_between(today - RESTATED * DAY, today - DAY)


def missing(today: date, kept: Mapping[str, Kept], metric: str) -> tuple[str, ...]:
    """The days and months that are asked for once, newest last: days since the first of the month before,
    at least six weeks; months that are over, again when AWS has ceased to change them. A day is asked again
    once a week until its month is final: credits, refunds and discounts come late.
    """
    first = min(first_day(month_before(month_of(today))), today - WEEKS * DAY)
    days = days_between(first, today - (RESTATED + 1) * DAY)
    months = months_before(month_of(today), MONTHS)
    wanted_days = [day for day in days if not _settled(day, kept.get(day), metric, today)]
    wanted_months = [month for month in months if not _done(month, kept.get(month), metric, today)]
    return (*wanted_months, *wanted_days)


def stretches(periods: Sequence[str], *, large: bool) -> Iterator[tuple[str, ...]]:
    """The periods as what one set of queries asks for: without gaps, newest first, days before months."""
    for unit in ("day", "month"):
        own = [period for period in periods if is_day(period) == (unit == "day")]
        for run in reversed(list(runs(own))):
            size = AT_ONCE[unit] if large else len(run)
            yield from (run[max(0, end - size) : end] for end in range(len(run), 0, -size))


def outdated(today: date, kept: Mapping[str, Kept]) -> tuple[str, ...]:
    """Periods that no page shows any more: months before the oldest, days before those of two months."""
    oldest_month = months_before(month_of(today), MONTHS)[0]
    oldest_day = str(first_day(months_before(month_of(today), 2)[0]))
    return tuple(period for period in kept if period < (oldest_day if is_day(period) else oldest_month))


def is_final(month: str, taken: str) -> bool:
    """Whether what was taken then is the last word on the month."""
    return taken[:10] >= str(first_day(next_month(month)) + RESTATED * DAY)


def _settled(day: str, kept: Kept | None, metric: str, today: date) -> bool:
    if kept is None or kept.metric != metric:
        return False
    taken = kept.taken[:10]
    return is_final(day[:7], kept.taken) or str(today - AGAIN * DAY) < taken <= str(today)


def _done(month: str, kept: Kept | None, metric: str, today: date) -> bool:
    """A month that was asked for early is asked again when AWS has ceased to change it."""
    if kept is None or kept.metric != metric:
        return False
    final = is_final(month, kept.taken) and kept.taken[:10] <= str(today)  # else a clock was wrong
    return final or not is_final(month, str(today))
