"""Findings of a local estate, judged when a page asks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from services.cop.findings import Findings
from services.cop.findings_writer import forget_old, write_findings
from services.cop.inspection import World
from services.cop.limits import FILE as LIMITS
from services.cop.local_store import LocalFindingStore
from services.cop.patrol import outlook
from services.cop.rules import RULES
from services.models.all import Everything

CODE = Path(__file__).resolve().parent.parent  # services: a saved rule makes other findings


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
            forget_old(self.cache)
        return Findings(path)

    def _key(self, everything: Everything, now: datetime) -> str:
        files = (everything.path, self.store.findings, self.store.state, LIMITS, *_code())
        stamps = [(str(file), *_stamp(file)) for file in files]
        return hashlib.blake2b(repr((stamps, now.date())).encode(), digest_size=12).hexdigest()


def _code() -> Iterator[Path]:
    yield from sorted((CODE / "cop").rglob("*.py"))
    yield from (CODE / "prices.py", CODE / "ec2_prices.json")


def _stamp(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except FileNotFoundError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
