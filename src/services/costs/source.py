"""CostsSource: where pages, rules and reports get costs; the read model is made when somebody asks."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from errors import PoloError
from services.builds import Builder, Outdated, Progress
from services.cached import is_cached
from services.files import USE_CACHE_PATH, forget_old
from services.lock import alone
from services.models.costs import Spent
from services.models.values import span
from services.stamp import stamp_of

if TYPE_CHECKING:
    from services.costs.costs import Costs
    from services.costs.store import CostStore

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

        While it would take long to make them it raises OnItsWay, where they are made beside the request, and
        is None elsewhere.
        """
        ...

    def spent(self, day: str) -> Spent:
        """The requests of a day. Raises PoloError."""
        ...


def nowhere(mark: str, path: Path) -> bool:
    """Nobody has made the read model already."""
    return False


class StoredCosts:
    """Of a CostStore, as one file in the cache for each state of it; `notice` says when that can't be read.

    make: the store, when it is needed. fetch: puts the file of a mark to a path, if somebody has made it.
    builder: makes that of many groups beside the request; None: it is made here.
    """

    def __init__(
        self,
        make: Callable[[], CostStore],
        cache: Path,
        *,
        fetch: Callable[[str, Path], bool] = nowhere,
        builder: Builder | None = None,
        poll: float = POLL,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """wall: seconds since 1970."""
        self._make, self._cache = make, cache
        self._fetch, self._builder = fetch, builder
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
            return self._found if self._takes_long() else self._open(wait=False)

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

    def _takes_long(self) -> bool:
        """Whether they would be made here, and that takes a while."""
        if self._builder or self._failed:
            return False
        path = self._path()
        known = path is None or is_cached(path) or self._fetch(self._mark, path)
        return not known and self._groups() > QUICK

    def _groups(self) -> int:
        return sum(each.rows for each in self._store.kept().values())

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

        if not is_cached(path) and not self._fetch(self._mark, path):
            if self._builder and self._groups() > QUICK:
                adding = Progress("Adding up", "periods of costs", len(self._store.kept()))
                self._builder.file(path, adding, wait=wait)
            else:
                with alone(self._cache / "costs-here", USE_CACHE_PATH):  # one of several that ask at once
                    self._write(path)
        return Costs(path)

    def _write(self, path: Path) -> None:
        from services.costs.writer import write_costs

        if not path.exists():
            write_costs(path, self._store)
            forget_old(path.parent, "costs-*.sqlite", KEPT)
