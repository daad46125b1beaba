"""Findings of a deployed estate, as the last patrol left them. It needs none of the rules."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from errors import PoloError
from services.builds import OnItsWay, Progress
from services.cop.findings import Findings
from services.cop.findings_writer import file_of, forget_earlier, write_findings
from services.cop.store import FindingStore, Ledger
from services.deadline import BUILD, building, left
from services.models.all import Everything
from services.models.gap import notice_of
from services.models.values import span
from services.stamp import stamp_of

WRITER = "services.cop.findings_writer"
STAYS = "What was read of that before stays."
RESERVE = BUILD / 2  # seconds that a request keeps for writing them down
POLL = 5.0  # seconds between two looks at the ledgers' versions


class TableFindings:
    """Those of the ledgers in the store, read again when a version changes.

    `notice` says when they can't be read, and how old those are that are shown. wall: seconds since 1970.
    """

    def __init__(
        self,
        store: FindingStore,
        cache: Path,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.store = store
        self.cache = cache
        self.notice = ""
        self._clock = clock
        self._wall = wall
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._read_at = 0.0
        self._ledgers: dict[str, Ledger] = {}
        self._found: Findings | None = None

    def current(self, everything: Everything, now: datetime) -> Findings:
        """Raises PoloError when the store can't be read and never could; OnItsWay during the first read."""
        with self._lock:
            if self._found is None or self._clock() - self._looked >= POLL:
                try:
                    self._found = self._last_good(now)
                finally:
                    self._looked = self._clock()
            return self._found

    at_hand = current

    def _last_good(self, now: datetime) -> Findings:
        try:
            found = self._refreshed(now)
        except PoloError as error:
            if self._found is None:
                raise
            self.notice = f"Showing the findings read {span(self._wall() - self._read_at)} ago: {error}"
            return self._found
        self._read_at, self.notice = self._wall(), ""
        return found

    def _refreshed(self, now: datetime) -> Findings:
        versions, mutes = self.store.versions(), self.store.mutes()
        with building():
            self._read(versions)
        ledgers = [self._ledgers[account] for account in versions]
        lost = [each.trouble for each in ledgers if each.trouble]
        kept = [each.inspected for each in ledgers if each.trouble]
        state = stamp_of(WRITER), sorted(versions.items()), kept, mutes, now.date()
        path = file_of(self.cache, repr(state))
        if not path.exists():
            write_findings(path, ledgers, mutes, now, trouble=lambda: notice_of(lost, STAYS))
            forget_earlier(self.cache)
        return Findings(path)

    def _read(self, versions: Mapping[str, str]) -> None:
        """The ledgers that have changed. Raises OnItsWay when time is over; what is read until then stays."""
        known = {id: ledger.version for id, ledger in self._ledgers.items()}
        changed = [account for account, version in versions.items() if known.get(account) != version]
        for account in changed:
            if left() < RESERVE:
                began = Progress("Reading the findings of", "accounts", len(changed), self._wall())
                raise OnItsWay(began, self._wall())
            self._ledgers[account] = _over(self._ledgers.get(account), self.store.ledger(account))


def _over(known: Ledger | None, found: Ledger) -> Ledger:
    """A ledger that can't be read leaves the one that was read before it."""
    return replace(known, version=found.version, trouble=found.trouble) if known and found.trouble else found
