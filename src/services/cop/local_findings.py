"""Findings of a local estate, judged when a page asks."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

from services import prices
from services.cached import is_cached
from services.changes import digest
from services.cop import rules
from services.cop.findings import Findings
from services.cop.findings_writer import file_of, forget_earlier, last_judged, write_findings
from services.cop.inspection import World
from services.cop.limits import FILE as LIMITS
from services.cop.local_store import LocalFindingStore
from services.cop.patrol import outlook
from services.cop.registry import RULES
from services.cop.store import Ledger
from services.models.all import Everything

QUICK = 5000  # resources that are judged within a tenth of a second


class LocalFindings:
    """Judged anew whenever the estate, a rule, a limit, a file beside them or the day is another.

    A rule that was saved is judged alone: of the others the findings are those of before. Findings are known
    by the code that made them, not by its files: a process of the code before a save can't pass its own off
    as those of the new one.
    """

    def __init__(
        self, store: LocalFindingStore, cache: Path, world: Callable[[datetime], World], *beside: Path
    ) -> None:
        self.store = store
        self.cache = cache
        self.world = world
        self.beside = beside
        self._last: Findings | None = None

    def current(self, everything: Everything, now: datetime) -> Findings:
        """Raises PoloError when the store or cop.toml can't be read."""
        return self._found(everything, now) or self._judged(everything, now)

    def at_hand(self, everything: Everything, now: datetime) -> Findings | None:
        """The same, but None for a large estate that is not judged yet."""
        found = self._found(everything, now)
        quick = found is None and everything.totals().count <= QUICK
        return self._judged(everything, now) if quick else found

    def _found(self, everything: Everything, now: datetime) -> Findings | None:
        path = self._path(self._marks(everything, now))
        if self._last is None or self._last.path != path or not path.exists():
            self._last = Findings(path) if is_cached(path) else None
        return self._last

    def _judged(self, everything: Everything, now: datetime) -> Findings:
        marks = self._marks(everything, now)
        path = self._path(marks)
        before, judged = last_judged(self.cache)
        changed = {id: rule for id, rule in RULES.items() if judged.get(id) != marks[id]}
        known = (
            _without(self.store.ledger(account), RULES.keys() - changed) for account in self.store.versions()
        )
        found = outlook(everything, known, changed, self.world(now))
        write_findings(path, found, self.store.mutes(), now, marks, before)
        forget_earlier(self.cache)
        return Findings(path)

    def _path(self, marks: Mapping[str, str]) -> Path:
        return file_of(self.cache, repr(sorted(marks.items())))

    def _marks(self, everything: Everything, now: datetime) -> dict[str, str]:
        """For each rule what changes with all that its findings depend on."""
        data = (self.store.findings, self.store.state, LIMITS, *self.beside)
        shared = [*(_stamp(str(file)) for file in data), *_shared_code()]
        estate = everything.path.name  # says its content; the time of the file only who has opened it last
        common = digest([repr((shared, estate, now.date()))])
        return {id: f"{common} {version}" for id, version in _rules_code().items()}


def _without(ledger: Ledger, rules: Container[str]) -> Ledger:
    return replace(ledger, entries=tuple(entry for entry in ledger.entries if entry.rule not in rules))


@cache
def _shared_code() -> tuple[str, ...]:
    """The code that all verdicts are made by, of the rules' own but for these."""
    names = sorted(name for name in sys.modules if name.startswith("services.cop."))
    shared = (name for name in names if not name.startswith(f"{rules.__name__}."))
    return (*map(_version, (*shared, prices.__name__)), str(_stamp(str(prices.FILE))))


@cache
def _rules_code() -> dict[str, str]:
    return {id: _version(f"{rules.__name__}.{id.lower().replace('-', '_')}") for id in RULES}


def _version(name: str) -> str:
    """What the code of a module was made of: it may be older than its file is by now.

    The dev server says it; elsewhere code does not change while it runs.
    """
    spec = sys.modules[name].__spec__
    assert spec is not None  # noqa: S101
    return str(spec.loader_state or _stamp(str(spec.origin)))


def _stamp(file: str) -> tuple[int, int]:
    try:
        status = os.stat(file)  # noqa: PTH116  a third of the time, for seventy files on every page
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
