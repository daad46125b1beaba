"""Daily values of one resource: 30 whole days of each metric, in UTC. A day that is not there is unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
KEPT = 30  # days

Days = dict[date, float]  # a day that is not there is unknown, never 0
Values = tuple[float | None, ...]  # of successive days, oldest first; None: unknown


@dataclass(frozen=True, slots=True)
class Daily:
    """last: the day that every tuple of values ends with. values: metric key -> at most KEPT days."""

    id: str
    last: date
    values: dict[str, Values]

    def of(self, key: str, last: date, count: int) -> Values:
        """The values of `count` days up to `last`, oldest first."""
        known = self.values.get(key, ())
        ahead = (last - self.last).days  # unknown days after those that are kept
        end = len(known) + min(0, ahead)
        kept = known[max(0, end - max(0, count - max(0, ahead))) : max(0, end)]
        after = (None,) * min(count, max(0, ahead))
        return (None,) * (count - len(kept) - len(after)) + kept + after

    def by_day(self) -> dict[str, Days]:
        """The same values by metric and day, the unknown ones left out."""
        return {key: dict(_known(values, self.last)) for key, values in self.values.items()}


def merged(known: Daily | None, id: str, new: Mapping[str, Mapping[date, float]], today: date) -> Daily:
    """What is to be kept of a resource: for each metric the newer value of each day, see `rolled`."""
    old, last = known.by_day() if known else {}, today - DAY
    kept = {key: rolled(old.get(key, {}), new.get(key, {}), today) for key in {**old, **new}}
    return Daily(id, last, {key: _tuple(days, last) for key, days in sorted(kept.items()) if days})


def rolled(known: Mapping[date, float], new: Mapping[date, float], today: date) -> Days:
    """What is to be kept: the newer value of each day, for the 30 whole days before today."""
    oldest = today - KEPT * DAY
    return {day: value for day, value in sorted({**known, **new}.items()) if oldest <= day < today}


def _tuple(days: Days, last: date) -> Values:
    count = (last - min(days)).days + 1
    return tuple(days.get(last - back * DAY) for back in reversed(range(count)))


def _known(values: Values, last: date) -> Iterator[tuple[date, float]]:
    for back, value in enumerate(reversed(values)):
        if value is not None:
            yield last - back * DAY, value
