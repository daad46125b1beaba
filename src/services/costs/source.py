"""CostsSource: where pages, rules and reports get costs; the read model is made when somebody asks."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from errors import PoloError
from services.cloud.deadline import FOREVER, building, left
from services.models.domain.costs import Spent
from services.models.kit.values import span
from services.read.builds import Builder, Outdated, Progress
from services.read.stamp import stamp_of
from services.store.cached import is_cached
from services.store.files import USE_CACHE_PATH, forget_old, writing
from services.store.lock import alone

if TYPE_CHECKING:
    from services.costs.costs import Costs
    from services.costs.store import CostStore
    from services.read.published import Published

WRITER = "services.costs.writer"
KIND = "costs"
QUICK = 30_000  # groups in all periods that Home adds up by itself; a small estate has 10,000
KEPT = 3  # files of earlier costs
POLL = 30.0  # seconds between two looks at what is kept


class CostsSource(Protocol):
    def current(self) -> Costs | None:
        """The costs; None when there are none. Raises PoloError when they can't be read."""
        ...

    def at_hand(self) -> Costs | None:
        """The same for a page that is about something else.

        Raises OnItsWay at once while they are made beside the request.
        """
        ...

    def spent(self, day: str) -> Spent:
        """The requests of a day. Raises PoloError."""
        ...


class StoredCosts:
    """Of a CostStore, as one file in the cache for each state of it; `notice` says when that can't be read.

    make: the store, when it is needed. builder: makes the file of many groups beside the request; published:
    deployed, where another function leaves it, or None where there is no bucket: then a request that has no
    time for all of it leaves the rest to the next. With neither it is made here, at once.
    """

    def __init__(
        self,
        make: Callable[[], CostStore],
        cache: Path,
        *,
        builder: Builder | None = None,
        published: Callable[[], Published | None] | None = None,
        poll: float = POLL,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """wall: seconds since 1970."""
        self._make, self._cache = make, cache
        self._builder, self._publish = builder, published
        self._poll, self._clock, self._wall = poll, clock, wall
        self.notice = ""
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._mark = ""
        self._failed: PoloError | None = None
        self._read_at = 0.0
        self._found: Costs | None = None

    def current(self) -> Costs | None:
        with self._lock:
            return self._open(wait=True)

    def at_hand(self) -> Costs | None:
        with self._lock:
            return self._open(wait=False)

    def make(self, target: Path) -> None:
        """What the builder does. Raises Outdated for the file of another code or of other costs than now."""
        if self._path() != target:
            raise Outdated("the code or the data of the costs has changed", "ask again")
        self._write(target)

    def spent(self, day: str) -> Spent:
        return self._store.spent(day)

    @cached_property
    def _store(self) -> CostStore:
        return self._make()

    def _looked_at(self) -> str:
        if self._clock() - self._looked >= self._poll:
            self._failed = None
            try:
                self._mark = self._store.mark()
            except PoloError as error:
                self._failed = error  # until the next look: a page asks several times
            self._looked = self._clock()
        if self._failed:
            raise self._failed
        return self._mark

    def _path(self) -> Path | None:
        """The file of what is kept now; None of nothing."""
        mark = self._looked_at()
        name = hashlib.blake2b(f"{stamp_of(WRITER)} {mark}".encode(), digest_size=12).hexdigest()
        return self._cache / f"costs-{name}.sqlite" if mark else None

    def _open(self, *, wait: bool) -> Costs | None:
        """What is kept now; while that can't be read, or is not made yet, what was read before."""
        try:
            found = self._opened(wait=wait)
        except PoloError as error:
            if self._found is None or not self._found.path.exists():
                raise
            self.notice = f"Showing the costs read {span(self._wall() - self._read_at)} ago: {error.message}"
            return self._found
        self._read_at, self.notice = self._wall(), ""
        return found

    def _opened(self, *, wait: bool) -> Costs | None:
        path = self._path()
        if path and (self._found is None or self._found.path != path or not path.exists()):
            self._found = self._read(path, wait=wait)
        return self._found if path else None

    def _read(self, path: Path, *, wait: bool) -> Costs:
        from services.costs.costs import Costs

        if not is_cached(path):
            kept = self._store.kept()
            large = sum(each.rows for each in kept.values()) > QUICK
            adding = Progress("Adding up", "periods of costs", len(kept))
            if large and self._builder:
                self._builder.file(path, adding, wait=wait)
            elif not (large and self._published and self._published.load(self._mark, path, adding)):
                self._write_here(
                    path, adding, in_time=large and self._publish is not None and left() < FOREVER
                )
            forget_old(path.parent, "costs-*.sqlite", KEPT)
        return Costs(path)

    @cached_property
    def _published(self) -> Published | None:
        return self._publish() if self._publish else None

    def _write_here(self, path: Path, adding: Progress, *, in_time: bool) -> None:
        """in_time: what a request has no time for, the next one goes on with. Raises OnItsWay."""
        from services.costs.writer import fill

        if not in_time:
            with alone(self._cache / "costs-here", USE_CACHE_PATH):  # one of several that ask at once
                self._write(path)
            return
        from services.read.table_file import first_file

        beside = path.with_name(f"costs-{stamp_of(WRITER)}")  # goes on when the costs are others by then
        with (
            building(),
            writing(path, USE_CACHE_PATH),
            suppress(FileExistsError),
            first_file(path, beside, adding) as part,
        ):
            fill(part, self._store)

    def _write(self, path: Path) -> None:
        from services.costs.writer import write_costs

        if not path.exists():
            write_costs(path, self._store)
