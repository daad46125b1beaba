"""Findings of a local estate, judged when a page asks; those of a large one beside the request."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

from errors import DataFileError, PoloError
from services.cop import rules
from services.cop.judge.inspection import World
from services.cop.judge.limits import FILE as LIMITS
from services.cop.patrol.patrol import outlook, patrol
from services.cop.registry import RULES
from services.cop.store.findings import Findings
from services.cop.store.findings_writer import file_of, forget_earlier, last_judged, write_findings
from services.cop.store.local import LocalFindingStore
from services.cop.store.port import Ledger
from services.models.all import Everything
from services.models.domain.finding import Mute
from services.models.kit.gap import notice_of
from services.models.kit.values import iso
from services.read.builds import Builder, Outdated, Progress
from services.read.stamp import closure, stamp_of, version
from services.store.cached import is_cached
from services.store.changes import digest
from services.store.files import USE_CACHE_PATH
from services.store.lock import alone

QUICK = 5000  # resources that are judged within a tenth of a second
KIND = "findings"
JUDGES = (
    __name__,
    "services.cop.patrol.world",
)  # what all verdicts are made by, of the rules' own but for these
RULE = f"{rules.__name__}."


class LocalFindings:
    """Judged anew whenever the estate, a rule, a limit, a file beside them or the day is another, or any code
    that a verdict depends on.

    A rule that was saved is judged alone: of the others the findings are those of before. Findings are known
    by the code that made them, not by its files: a process of the code before a save can't pass its own off
    as those of the new one. builder: makes those of a large estate beside the request; None: they are made
    here.
    """

    def __init__(
        self,
        store: LocalFindingStore,
        cache: Path,
        world: Callable[[datetime], World],
        *beside: Path,
        builder: Builder | None = None,
    ) -> None:
        self.store = store
        self.cache = cache
        self.world = world
        self.beside = beside
        self.builder = builder
        self._last: Findings | None = None

    def current(self, everything: Everything, now: datetime) -> Findings:
        """Raises PoloError when the store or cop.toml can't be read, OnItsWay while they are being made."""
        return self._found(everything, now) or self._made(everything, now, wait=True)

    def at_hand(self, everything: Everything, now: datetime) -> Findings:
        """The same, without waiting for what takes long."""
        return self._found(everything, now) or self._made(everything, now, wait=False)

    def renew(self, everything: Everything, now: datetime) -> Findings:
        """Patrol: keep what was found in the store, and have it ready for pages. Raises PoloError."""
        world = self.world(now)
        ledgers = list(patrol(everything, self.store, RULES, world))
        marks = self._marks(everything, now)  # of the store as it is now
        path = self._path(marks)
        write_findings(path, ledgers, self.store.mutes(), now, marks, trouble=_troubles_of(world))
        forget_earlier(self.cache)
        return Findings(path)

    def make(self, target: Path, everything: Everything, now: datetime) -> None:
        """What the builder does. Raises Outdated for the file of another code or of other data than now."""
        if self._path(self._marks(everything, now)) != target:
            raise Outdated("the code or the data of the findings has changed", "ask again")
        self._judged(everything, now)

    def _made(self, everything: Everything, now: datetime, *, wait: bool) -> Findings:
        count = everything.totals().count
        if self.builder and count > QUICK:
            path = self._path(self._marks(everything, now))
            judging = Progress("Judging", "resources", count)
            arguments = (str(everything.path), iso(now) or "")
            return Findings(self.builder.file(path, judging, arguments, wait=wait))
        with alone(self.cache / "findings-here", USE_CACHE_PATH):  # one of several that ask at once
            return self._found(everything, now) or self._judged(everything, now)

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
        if len(changed) == len(RULES):
            before = None  # perhaps of other tables
        ledgers, mutes, troubles = _stored(self.store)
        known = [_without(ledger, RULES.keys() - changed) for ledger in ledgers]
        world = self.world(now)
        found = outlook(everything, known, changed, world)
        write_findings(path, found, mutes, now, marks, before, _troubles_of(world, troubles))
        forget_earlier(self.cache)
        return Findings(path)

    def _path(self, marks: Mapping[str, str]) -> Path:
        return file_of(self.cache, repr(sorted(marks.items())))

    def _marks(self, everything: Everything, now: datetime) -> dict[str, str]:
        """For each rule what changes with all that its findings depend on."""
        data = (self.store.findings, self.store.state, LIMITS, *self.beside)
        shared = [*(_stamp(str(file)) for file in data), stamp_of(*JUDGES, without=RULE)]
        estate = everything.path.name  # says its content; the time of the file only who has opened it last
        common = digest([repr((shared, estate, now.date()))])
        return {id: f"{common} {version}" for id, version in _rules_code().items()}


def _stored(store: LocalFindingStore) -> tuple[list[Ledger], tuple[Mute, ...], list[PoloError]]:
    """The ledgers and the mutes, and what of these can't be read: what is known now is shown all the same."""
    troubles: list[PoloError] = []
    ledgers: list[Ledger] = []
    mutes: tuple[Mute, ...] = ()
    try:
        ledgers = [store.ledger(account) for account in store.versions()]
    except DataFileError as error:
        troubles.append(error)
    try:
        mutes = store.mutes()
    except DataFileError as error:
        troubles.append(error)
    return ledgers, mutes, troubles


def _troubles_of(world: World, stored: Sequence[PoloError] = ()) -> Callable[[], str]:
    """What could not be read, once everything is judged."""
    return lambda: notice_of([*stored, *world.troubles.values()])


def _without(ledger: Ledger, rules: Container[str]) -> Ledger:
    return replace(ledger, entries=tuple(entry for entry in ledger.entries if entry.rule not in rules))


@cache
def _rules_code() -> dict[str, str]:
    """For each rule the code that is its own: all that it needs and no other does not."""
    shared = {*closure(*JUDGES, without=RULE)}
    modules = {id: f"{RULE}{id.lower().replace('-', '_')}" for id in RULES}
    own = {id: [name for name in closure(module) if name not in shared] for id, module in modules.items()}
    return {id: " ".join(map(version, names)) for id, names in own.items()}


def _stamp(file: str) -> tuple[int, int]:
    try:
        status = os.stat(file)  # noqa: PTH116  a third of the time, for seventy files on every page
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
