"""A demo estate's file moved in time: as if it had been collected a minute ago.

Days move by whole days, so that what people did at ten in the morning was done at ten. When scopes were
collected moves by the minute.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from services.store.files import atomic_writer

AGO = timedelta(minutes=1)  # since the newest scope was collected
_SYNCED = re.compile(r'"synced_at":"([^"]+)"')
_DATE = re.compile(r"(?<!\d)20[1-9]\d-[01]\d-[0-3]\d(?!\d)")
_SECONDS = re.compile(r'("(?:CreatedTimestamp|LastModifiedTimestamp)":")(\d{10})"')  # of queues
_MILLISECONDS = re.compile(r'("creationTime":)(\d{13})\b')  # of log groups
_ATTEMPT = re.compile(r'("(?:attempted|generation)":)(\d{13})\b')
_NO_DAY = "2012-10-17"  # the version of IAM's policies
_ITEMS = '"items":['
Line = Callable[[str], str]


def shift(source: Path, target: Path, now: datetime) -> None:
    """Write the data file `source` to `target` as it would be, had it been collected just before `now`.

    Raises OSError, and ValueError for a file without the time of its collection.
    """
    with source.open(encoding="utf-8") as lines, atomic_writer(target) as file:
        file.writelines(shifted(lines, now))


def shifted(lines: Iterable[str], now: datetime) -> Iterator[str]:
    """The lines of a data file, moved. Raises ValueError where none tells when it was collected."""
    lines = iter(lines)
    first = next(lines, "")
    found = _SYNCED.search(first)
    if not found:
        raise ValueError("the first line has no synced_at")
    collected = datetime.fromisoformat(found[1])
    later = now - AGO - collected
    days, head = _by_days(later.days), _by(later)
    yield _SYNCED.sub(f'"synced_at":"{now - AGO:%Y-%m-%dT%H:%M:%SZ}"', first)
    for line in lines:
        yield head(line)
        if line.startswith(_ITEMS):
            break
    for line in lines:
        yield days(line)


def _by(later: timedelta) -> Line:
    """The head of a scope."""
    more = int(later.total_seconds() * 1000)
    return lambda line: _ATTEMPT.sub(lambda found: f"{found[1]}{int(found[2]) + more}", line)


def _by_days(days: int) -> Line:
    """Anything else."""
    if not days:
        return str

    @cache
    def moved(day: str) -> str:
        try:
            return day if day == _NO_DAY else str(date.fromisoformat(day) + timedelta(days))
        except (ValueError, OverflowError):  # no day
            return day

    seconds = days * 86_400

    def line_of(line: str) -> str:
        line = _DATE.sub(lambda found: moved(found[0]), line)
        line = _SECONDS.sub(lambda found: f'{found[1]}{int(found[2]) + seconds}"', line)
        return _MILLISECONDS.sub(lambda found: f"{found[1]}{int(found[2]) + seconds * 1000}", line)

    return line_of
