"""Findings of a deployed estate, as the last patrol left them. It needs none of the rules."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from errors import PoloError
from services.cloud.deadline import BUILD, building, left
from services.cop.store.findings import Findings
from services.cop.store.findings_writer import FILES, FindingsWriter, start_from
from services.cop.store.port import FindingStore
from services.models.all import Everything
from services.models.domain.finding import Mute
from services.models.kit.gap import notice_of
from services.models.kit.values import iso, span
from services.read.builds import OnItsWay, Progress
from services.read.published import Published
from services.read.stamp import stamp_of
from services.read.table_file import first_file
from services.store.cached import is_cached
from services.store.changes import digest
from services.store.files import USE_CACHE_PATH, forget_old, writing

WRITER = "services.cop.store.findings_writer"
KIND = "findings"  # of what is published
STAYS = "What was read of that before stays."
QUICK = 5000  # findings that a small function reads and writes down within 3 s
RESERVE = BUILD / 2  # seconds that a request keeps for adding them up, which is done at a stretch
POLL = 5.0  # seconds between two looks at the ledgers' versions
KEPT = 2  # files in the cache: 100,000 resources may have 60 MB of findings

READING = Progress("Reading", "findings")


@dataclass(frozen=True)
class State:
    """What the read model is made of. versions: account -> that of its ledger. mutes: those in force."""

    versions: Mapping[str, str]
    mutes: tuple[Mute, ...]
    now: datetime

    @property
    def mark(self) -> str:
        """Another one when the file would be another."""
        return digest([repr((stamp_of(WRITER), sorted(self.versions.items()), self.mutes))])


def state_of(store: FindingStore, now: datetime) -> State:
    """Raises PoloError."""
    at = iso(now) or ""
    return State(store.versions(), tuple(mute for mute in store.mutes() if at < mute.expires), now)


def fill(part: Path, state: State, store: FindingStore, progress: Progress = READING) -> None:
    """Make of a file, which may be new, paused or of another state, the findings of this state.

    Raises OnItsWay when time is over, and leaves the file as one that is paused; PoloError.
    """
    with closing(FindingsWriter(part, state.mutes, state.now)) as writer:
        known = writer.versions
        for account in known.keys() - state.versions:
            writer.remove(account)
        for account, version in state.versions.items():
            if known.get(account) != version:
                _check_time(progress)
                writer.replace(store.ledger(account))
        _check_time(progress)
        writer.finish(notice_of(writer.lost, STAYS))


def _check_time(progress: Progress) -> None:
    if left() < RESERVE:
        raise OnItsWay(progress, time.time())


class TableFindings:
    """Those of the ledgers in the store, read again when a version changes.

    `notice` says when they can't be read, and how old those are that are shown. published: where another
    function leaves those of a large estate; None: there is no such place. wall: seconds since 1970.
    """

    def __init__(
        self,
        store: FindingStore,
        cache: Path,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        published: Published | None = None,
    ) -> None:
        self.store = store
        self.cache = cache
        self.notice = ""
        self._clock = clock
        self._wall = wall
        self._published = published
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._read_at = self._since = 0.0
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
        self._read_at, self._since, self.notice = self._wall(), 0.0, ""
        return found

    def _refreshed(self, now: datetime) -> Findings:
        state = state_of(self.store, now)
        path = self.cache / FILES.format(state.mark)
        if not is_cached(path):
            self._make(path, state)
            forget_old(self.cache, FILES.format("*"), KEPT)
        return self._found if self._found and self._found.path == path else Findings(path)

    def _make(self, path: Path, state: State) -> None:
        self._since = self._since or self._wall()
        count = _sum(self.store.counts())
        progress = replace(READING, count=count, since=self._since)
        large = count is None or count > QUICK
        if large and self._published and self._published.load(state.mark, path, progress):
            return
        beside = self.cache / f"findings-{stamp_of(WRITER)}"  # goes on when the state is another by then
        with (
            building(),
            writing(path, USE_CACHE_PATH),
            suppress(FileExistsError),
            first_file(path, beside, progress) as part,
        ):
            if not part.exists() and self._found and self._found.path.exists():
                start_from(self._found.path, part)
            fill(part, state, self.store, progress)


def _sum(counts: Mapping[str, int | None]) -> int | None:
    """None where one of them is not known."""
    known = [count for count in counts.values() if count is not None]
    return sum(known) if len(known) == len(counts) else None
