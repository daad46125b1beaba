"""Days and months, as periods of costs are called: "2026-11-20", "2026-11". All in UTC."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

DAY = timedelta(days=1)


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def next_month(month: str) -> str:
    return month_of(first_day(month) + 32 * DAY)


def month_before(month: str) -> str:
    return month_of(first_day(month) - DAY)


def months_before(month: str, count: int) -> tuple[str, ...]:
    """The `count` months before this one, oldest first."""
    found: list[str] = []
    for _ in range(count):
        month = month_before(month)
        found.append(month)
    return tuple(reversed(found))


def days_of(month: str) -> tuple[str, ...]:
    return days_between(first_day(month), first_day(next_month(month)) - DAY)


def days_between(first: date, last: date) -> tuple[str, ...]:
    """Both included; none when `last` is before `first`."""
    return tuple(str(first + number * DAY) for number in range((last - first).days + 1))


def count_between(first: str, last: str) -> int:
    """Days, or months, from one to the other; at least 1 where one of the two is none."""
    if len(first or last) > 7:
        return 1 + (date.fromisoformat(last) - date.fromisoformat(first)).days
    if not (first and last):
        return 1
    (year, month), (end, final) = (map(int, each.split("-")) for each in (first, last))
    return 1 + (end - year) * 12 + final - month


def periods_between(first: str, last: str) -> tuple[str, ...]:
    """The days, or the months, from one to the other, both included."""
    if is_day(first):
        return days_between(date.fromisoformat(first), date.fromisoformat(last))
    found = [first]
    while found[-1] < last:
        found.append(next_month(found[-1]))
    return tuple(found)


def is_day(period: str) -> bool:
    return len(period) > 7


def span(period: str) -> tuple[date, date]:
    """The first day of a period, and the one after its last."""
    if is_day(period):
        day = date.fromisoformat(period)
        return day, day + DAY
    return first_day(period), first_day(next_month(period))


def runs(periods: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Periods of one kind, oldest first, as stretches without a gap."""
    run: list[str] = []
    for period in periods:
        if run and span(run[-1])[1] != span(period)[0]:
            yield tuple(run)
            run = []
        run.append(period)
    if run:
        yield tuple(run)
