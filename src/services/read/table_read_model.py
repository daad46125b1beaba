"""Everything of a table: built from its scope heads and parts, then refreshed scope by scope, in place."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from itertools import starmap
from pathlib import Path

from errors import PoloError
from services.cloud.deadline import BUILD, NoAnswer, building, left, sharing
from services.dynamo_data_service import DynamoDataService, Tick
from services.models.all import Everything
from services.models.kit.gap import Gap
from services.models.kit.parallel import spread
from services.models.kit.scope import Account, Scope, ScopeHead
from services.models.kit.values import span
from services.read.builds import OnItsWay, Progress
from services.read.estate_source import BEHIND
from services.read.published import GIVES_UP, nobody
from services.read.snapshots import NONE_YET, Snapshots
from services.read.stamp import stamp_of
from services.read.table_file import (
    InPlace,
    Known,
    NewFile,
    Seen,
    first_file,
    gaps_of,
    known_of,
    let_readers_in,
)
from services.store.dynamo_items import Record, parts_of
from services.store.dynamo_scopes import place_of
from services.store.parts import LostParts

WRITER = "services.read.table_file"
KIND = "everything"  # of its snapshots
POLL = 5.0  # seconds between two looks at the clock
LOOK_AT_ALL = 300.0  # seconds until every head is read: one that was only confirmed moves no clock
LOOK_AGAIN = 15.0  # seconds until a snapshot is asked for once more, which wasn't to be had
QUICK = 10_000  # resources that a small function reads within 3 s
FETCHERS = 16  # threads
RESERVE = 2.0  # seconds that a request keeps at most for what follows its reads
INDEXES = BUILD / 2  # seconds that the indexes of a large estate take on a small function
Lines = Iterator[bytes] | LostParts | None


class TableReadModel:
    """The Everything of a table as it was at most POLL seconds ago; `notice` says when it can't be read.

    A scope that can't be read is one of its gaps: it keeps what was read of it before.
    """

    def __init__(
        self,
        service: DynamoDataService,
        cache: Path,
        clock: Callable[[], float] = time.monotonic,
        snapshots: Snapshots | None = None,
        log: Callable[[str], object] = str,
        ask: Callable[[], bool] = nobody,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """ask: has another function build the snapshot, and answers whether it will.

        wall: seconds since 1970.
        """
        self.service = service
        self.file = cache / f"table-{layout_of(service.table.name)}.sqlite"
        self.notice = ""
        self._clock = clock
        self._snapshots = snapshots
        self._log = log
        self._ask = ask
        self._wall = wall
        self._lock = threading.Lock()
        self._ticks: dict[str, Tick] = {}
        self._known: Known = {}
        self._gaps: dict[Scope, Gap] = {}
        self._looked = self._looked_at_all = self._no_snapshot = float("-inf")
        self._failed: PoloError | None = None
        self._everything: Everything | None = None
        self._read_at = self._since = 0.0

    def current(self) -> Everything:
        """Raises PoloError when the table can't be read and never could; OnItsWay during the first read."""
        with self._lock:
            just_now = self._clock() - self._looked < POLL
            if just_now and self._everything is None and self._failed:
                raise self._failed  # a page asks several times
            if not just_now or self._everything is None:
                try:
                    self._everything = self._refreshed(self._clock())
                finally:
                    self._looked = self._clock()
            return self._everything

    def _refreshed(self, now: float) -> Everything:
        self._failed = None
        try:
            changed = self._load(now)
        except PoloError as error:
            if self._everything is None:
                self._failed = None if isinstance(error, OnItsWay) else error
                raise
            self.notice = f"Showing the data read {span(self._wall() - self._read_at)} ago: {error}"
            return self._everything
        self._read_at = self._wall()
        return Seen(self.file) if changed or self._everything is None else self._everything

    def _load(self, now: float) -> bool:
        """Bring the file up to date; whether there was anything to do."""
        if not self.file.exists():
            self._load_snapshot(now)
        if self._everything is None or not self.file.exists():
            self._ticks, self._known, self._gaps = {}, known_of(self.file), gaps_of(self.file)
            self._looked_at_all = float("-inf")
        ticks = self.service.clock()
        all_heads = now - self._looked_at_all >= LOOK_AT_ALL
        moved = [id for id, tick in ticks.items() if all_heads or tick != self._ticks.get(id)]
        stored, odd = self.service.scan(moved)
        if odd and not stored and not self._known:
            raise next(iter(odd.values()))
        found = [Record(each.head, each.current) for each in stored]
        records = [each for each in found if each != self._known.get(each.head.scope)]
        named = [Account(id, ticks[id].name) for id in moved if ticks[id].name]
        gaps = [gap for gap in starmap(_gap, odd.items()) if gap != self._gaps.get(gap.scope)]
        changed = bool(records or gaps) or any(tick.name != self._name(id) for id, tick in ticks.items())
        done = self._write(records, gaps, named) if changed or not self.file.exists() else True
        self.notice = "" if done else BEHIND
        if done:
            self._ticks = ticks
        if done and all_heads:
            self._looked_at_all = now
        return changed

    def _load_snapshot(self, now: float) -> None:
        """Begin with what another function has built; without that, this process builds all of it.

        A bucket that hangs leaves time to ask the table.
        """
        if self._snapshots is None or now - self._no_snapshot < LOOK_AGAIN:
            return
        with sharing(1 / 2):
            problem = self._snapshots.load(self.file)
        self._no_snapshot = now if problem and problem != NONE_YET else float("-inf")
        self._log(f"Building Everything here: {problem}" if problem else "Loaded the snapshot of Everything")

    def _name(self, account: str) -> str:
        return self._ticks.get(account, Tick()).name

    def _write(self, records: list[Record], gaps: list[Gap], named: list[Account]) -> bool:
        """Whether all of it is written; what time did not suffice for comes with one of the next requests."""
        if self.file.exists():
            writer = InPlace(self.file)
            try:
                done = self._fill(writer, records, gaps, named)
            except BaseException:
                writer.abort()
                self._known, self._gaps = known_of(self.file), gaps_of(self.file)
                raise
            writer.close()
            return done
        try:
            with building(), first_file(self.file) as part:
                self._known, self._gaps = known_of(part), gaps_of(part)
                self._build(part, records, gaps, named)
        except FileExistsError:  # by another process, just now
            self._known, self._gaps = known_of(self.file), gaps_of(self.file)
            return False
        return True

    def _build(self, part: Path, records: list[Record], gaps: list[Gap], named: list[Account]) -> None:
        """Fill the first file, from where an earlier request stopped.

        Raises OnItsWay while another function may be at it, and when time is over.
        """
        self._since = self._since or self._wall()
        count = sum(record.head.count for record in records)
        progress = Progress("Reading", "resources", count, self._since)
        if count > QUICK and self._wall() - self._since < GIVES_UP and self._ask():
            raise OnItsWay(progress, self._wall())
        missing = [each for each in records if each != self._known.get(each.head.scope)]
        writer = NewFile(part)
        try:
            done = self._fill(writer, missing, gaps, named)
            enough = left() >= INDEXES  # they are made at a stretch
        except BaseException:
            writer.pause()
            raise
        if done and enough:
            writer.close()
            let_readers_in(part)
            return
        writer.pause()
        raise OnItsWay(progress, self._wall())

    def _fill(self, writer: NewFile, records: list[Record], gaps: list[Gap], named: list[Account]) -> bool:
        """Whether there was time for all of it. Raises NoAnswer if there was for none."""
        keep = min(RESERVE, left() / 4)  # /health has no more than RESERVE in all
        writer.name_accounts(named)
        for gap in gaps:
            self._leave_out(writer, gap, ScopeHead(gap.scope))
        number = 0
        try:
            with closing(self._fetch(records)) as fetched:
                for number, (record, lines) in enumerate(fetched, 1):
                    self._take(writer, record, lines)
                    if left() < keep and number < len(records):
                        return False
        except NoAnswer:
            if not number:
                raise
            return False
        writer.mark_gaps(self._gaps.values())
        return True

    def _take(self, writer: NewFile, record: Record, lines: Lines) -> None:
        scope = record.head.scope
        try:
            if isinstance(lines, LostParts):
                raise lines
            if lines is not None:
                writer.replace_scope(record.head, list(lines))
        except (LostParts, ValueError, ArithmeticError) as error:
            lost = error if isinstance(error, LostParts) else LostParts(place_of(scope), {})
            self._leave_out(writer, _gap(scope, lost), record.head)
            return
        writer.remember(record)
        self._known[scope] = record
        self._gaps.pop(scope, None)

    def _leave_out(self, writer: NewFile, gap: Gap, head: ScopeHead) -> None:
        self._known[gap.scope] = writer.leave_out(gap, head, self._known.get(gap.scope))
        self._gaps[gap.scope] = gap

    def _fetch(self, records: list[Record]) -> Generator[tuple[Record, Lines], None, None]:
        """The resources of each, None where they are the same as before."""

        def fetch(record: Record) -> tuple[Record, Lines]:
            known = self._known.get(record.head.scope)
            if known is not None and known.current == record.current:
                return record, None
            if not parts_of(record.current):
                return record, iter(())
            try:
                found, lines = self.service.lines(record.head.scope)
            except LostParts as error:
                return record, error
            return (Record(found.head, found.current) if found else record), lines

        yield from spread(fetch, records, FETCHERS)


def _gap(scope: Scope, error: PoloError) -> Gap:
    return Gap(scope, error.message, error.way_out)


def layout_of(table: str, writer: str = WRITER) -> str:
    """Changes with the table, and with the code that makes the database of it."""
    return hashlib.blake2b(repr((table, stamp_of(writer))).encode(), digest_size=12).hexdigest()
