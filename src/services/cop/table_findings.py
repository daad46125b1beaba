"""Findings of a deployed estate, as the last patrol left them. It needs none of the rules."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from services.cop.findings import Findings
from services.cop.findings_writer import file_of, forget_earlier, write_findings
from services.cop.store import FindingStore, Ledger
from services.models.all import Everything
from services.models.gap import notice_of
from services.stamp import stamp_of

WRITER = "services.cop.findings_writer"
STAYS = "What was read of that before stays."
POLL = 5.0  # seconds between two looks at the ledgers' versions


class TableFindings:
    """Those of the ledgers in the store, read again when a version changes."""

    def __init__(self, store: FindingStore, cache: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.store = store
        self.cache = cache
        self._clock = clock
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._ledgers: dict[str, Ledger] = {}
        self._found: Findings | None = None

    def current(self, everything: Everything, now: datetime) -> Findings:
        """Raises PoloError when the store can't be read."""
        with self._lock:
            if self._found is None or self._clock() - self._looked >= POLL:
                self._looked = self._clock()
                self._found = self._refreshed(now)
            return self._found

    at_hand = current

    def _refreshed(self, now: datetime) -> Findings:
        versions, mutes = self.store.versions(), self.store.mutes()
        for account in versions:
            known = self._ledgers.get(account)
            if known is None or known.version != versions[account]:
                self._ledgers[account] = _over(known, self.store.ledger(account))
        ledgers = [self._ledgers[account] for account in versions]
        lost = [each.trouble for each in ledgers if each.trouble]
        left = [each.inspected for each in ledgers if each.trouble]
        path = file_of(
            self.cache, repr((stamp_of(WRITER), sorted(versions.items()), left, mutes, now.date()))
        )
        if not path.exists():
            write_findings(path, ledgers, mutes, now, trouble=lambda: notice_of(lost, STAYS))
            forget_earlier(self.cache)
        return Findings(path)


def _over(known: Ledger | None, found: Ledger) -> Ledger:
    """A ledger that can't be read leaves the one that was read before it."""
    return replace(known, version=found.version, trouble=found.trouble) if known and found.trouble else found
