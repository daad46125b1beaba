"""Where pages get the findings: local ones judged now, deployed ones as the last patrol left them."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from services.cop.findings import Findings
from services.cop.findings_writer import write_findings
from services.cop.inspection import World
from services.cop.limits import FILE as LIMITS
from services.cop.local_store import LocalFindingStore
from services.cop.patrol import outlook
from services.cop.rules import RULES
from services.cop.store import FindingStore, Ledger
from services.models.all import Everything

KEPT = 4  # files of earlier findings
POLL = 5.0  # seconds between two looks at the ledgers' versions
CODE = Path(__file__).resolve().parent.parent  # services: a saved rule makes other findings


class FindingsSource(Protocol):
    def current(self, everything: Everything, now: datetime) -> Findings: ...


class LocalFindings:
    """Judged anew whenever the estate, a rule, a limit, a mute or the day is another."""

    def __init__(self, store: LocalFindingStore, cache: Path, world: Callable[[datetime], World]) -> None:
        self.store = store
        self.cache = cache
        self.world = world

    def current(self, everything: Everything, now: datetime) -> Findings:
        """Raises PoloError when the store or cop.toml can't be read."""
        path = self.cache / f"findings-{self._key(everything, now)}.sqlite"
        if not path.exists():
            known = (self.store.ledger(account) for account in self.store.versions())
            write_findings(path, outlook(everything, known, RULES, self.world(now)), self.store.mutes(), now)
            _forget_old(self.cache)
        return Findings(path)

    def _key(self, everything: Everything, now: datetime) -> str:
        files = (everything.path, self.store.findings, self.store.state, LIMITS, *_code())
        stamps = [(str(file), *_stamp(file)) for file in files]
        return hashlib.blake2b(repr((stamps, now.date())).encode(), digest_size=12).hexdigest()


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

    def _refreshed(self, now: datetime) -> Findings:
        versions, mutes = self.store.versions(), self.store.mutes()
        for account in versions:
            known = self._ledgers.get(account)
            if known is None or known.version != versions[account]:
                self._ledgers[account] = self.store.ledger(account)
        mark = repr((sorted(versions.items()), mutes, now.date()))
        path = self.cache / f"findings-{hashlib.blake2b(mark.encode(), digest_size=12).hexdigest()}.sqlite"
        if not path.exists():
            write_findings(path, (self._ledgers[account] for account in versions), mutes, now)
            _forget_old(self.cache)
        return Findings(path)


def _code() -> Iterator[Path]:
    yield from sorted((CODE / "cop").rglob("*.py"))
    yield from (CODE / "prices.py", CODE / "ec2_prices.json")


def _stamp(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except FileNotFoundError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


def _forget_old(cache: Path) -> None:
    files: Iterable[Path] = sorted(cache.glob("findings-*.sqlite"), key=lambda file: file.stat().st_mtime)
    for file in [*files][:-KEPT]:
        file.unlink(missing_ok=True)
