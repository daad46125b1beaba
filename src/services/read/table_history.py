"""History of a table: read account by account, as far back as a page asks, and remembered.

An account is read again when its clock has moved, with an overlap: a message may bring a generation that is
older than what was read last. A read is one query, of at most MOST changes.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from errors import PoloError
from services.dynamo_data_service import DynamoDataService, Tick
from services.models.everything.history import HISTORY_SCHEMA, History, write_changes
from services.models.kit.change import Change
from services.models.kit.parallel import spread
from services.models.kit.scope import Key
from services.models.kit.values import span

POLL = 5.0  # seconds between two looks at the clock
SETTLED = 60.0  # seconds after the clock has moved: History is written just after that
LATE = timedelta(hours=6)  # as long lives a message, and its generation is from when it was sent
MOST = 5_000  # changes
READERS = 16  # threads over accounts
AHEAD = timedelta(days=1)  # clocks differ


@dataclass(frozen=True)
class _Read:
    """An account's changes from `since` on are known, as of `at`; its clock moved at `moved` seconds last."""

    since: datetime
    at: datetime
    tick: Tick
    moved: float


class TableHistory:
    """May be used by many threads. now: the time; clock: seconds, to measure with."""

    def __init__(
        self,
        service: DynamoDataService,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.service = service
        self._now = now
        self._clock = clock
        self._lock = threading.Lock()
        # "": on disk as far as it does not fit into memory, and gone with this process
        self._database = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._database.executescript(HISTORY_SCHEMA)
        self._reads: dict[str, _Read] = {}
        self._ticks: dict[str, Tick] = {}
        self._looked = float("-inf")
        self._failed: PoloError | None = None

    def covering(self, first: str, last: str, accounts: Sequence[str]) -> tuple[History, str]:
        """While the table can't be read, what was read before."""
        try:
            return self._covering(first, last, accounts)
        except PoloError as error:
            if not self._reads:
                raise
            oldest = min(read.at for read in self._reads.values())
            ago = span((self._now() - oldest).total_seconds())
            return History(lambda: self._database), f"Showing the changes read {ago} ago: {error}"

    def _covering(self, first: str, last: str, accounts: Sequence[str]) -> tuple[History, str]:
        since = datetime.fromisoformat(first).replace(tzinfo=UTC)
        with self._lock:
            ticks = self._look()
            wanted = [account for account in ticks if not accounts or account in accounts]
            for account, read, changes in spread(lambda id: self._ask(id, since), wanted, READERS):
                write_changes(self._database, changes)
                self._reads[account] = read
            cut = [ticks[id].name or id for id in wanted if self._reads[id].since > since]
        return History(lambda: self._database), _missing(cut)

    def of(self, key: Key, count: int) -> tuple[Change, ...]:
        """One query, of the resource's own History."""
        found = self.service.changes(datetime.fromtimestamp(0, UTC), self._now() + AHEAD, resource=key)
        return tuple(islice(found, count))

    def lately(self, count: int) -> tuple[Change, ...] | None:
        """Of the last day; None when there are none, more accounts than are asked at once, or no answer."""
        now = self._now()
        try:
            with self._lock:
                few = len(self._look()) <= READERS
            if not few:
                return None
            history, _ = self.covering(str((now - AHEAD).date()), str(now.date()), ())
        except PoloError:
            return None
        return history.newest(count) or None

    def _look(self) -> dict[str, Tick]:
        if self._clock() - self._looked >= POLL:
            self._failed = None
            try:
                self._ticks = self.service.clock()
            except PoloError as error:
                self._failed = error  # until the next look
            self._looked = self._clock()
        if self._failed:
            raise self._failed
        return self._ticks

    def _ask(self, account: str, since: datetime) -> tuple[str, _Read, list[Change]]:
        """What is not known yet of an account from `since` on, in at most two queries."""
        now, tick, known = self._now(), self._ticks[account], self._reads.get(account)
        if known is None:
            changes, reached = self._query(account, since, now + AHEAD)
            return account, _Read(reached, now, tick, self._clock()), changes
        moved = known.moved if known.tick == tick else self._clock()
        read, changes = _Read(known.since, now, tick, moved), []
        if self._clock() - moved < SETTLED:
            begin = known.at - LATE
            changes, reached = self._query(account, begin, now + AHEAD)
            read = read if reached == begin else _Read(reached, now, tick, moved)
        if since < read.since:
            older, reached = self._query(account, since, read.since)
            changes, read = changes + older, _Read(reached, now, tick, moved)
        return account, read, changes

    def _query(self, account: str, since: datetime, until: datetime) -> tuple[list[Change], datetime]:
        """The newest changes of that time, and from when on they are all of them."""
        changes: list[Change] = []
        for change in self.service.changes(since, until, account):
            if len(changes) >= MOST and change.at != changes[-1].at:
                return changes, datetime.fromisoformat(changes[-1].at)
            changes.append(change)
        return changes, since


def _missing(accounts: Sequence[str]) -> str:
    if not accounts:
        return ""
    named = ", ".join(accounts[:3]) + (f" and {len(accounts) - 3} more" if len(accounts) > 3 else "")
    return f"The oldest changes of these days are not read yet for {named}: reload for the next {MOST:,}"
