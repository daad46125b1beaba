"""Everything of a table: built from its scope heads and parts, then refreshed scope by scope, in place."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from itertools import starmap
from pathlib import Path

from errors import PoloError
from services.aws import Aws
from services.bucket import Bucket
from services.dynamo_data_service import DynamoDataService, Tick
from services.dynamo_items import Record, parts_of
from services.dynamo_scopes import place_of
from services.dynamo_table import Table
from services.files import whole
from services.models.all import Everything
from services.models.everything.schema import layout
from services.models.gap import Gap
from services.models.parallel import spread
from services.models.scope import GLOBAL, Account, Scope, ScopeHead
from services.parts import LostParts
from services.snapshots import Snapshots
from services.table_file import InPlace, Known, NewFile, Seen, gaps_of, known_of, let_readers_in

POLL = 5.0  # seconds between two looks at the clock
LOOK_AT_ALL = 300.0  # seconds until every head is read: one that was only confirmed moves no clock
FETCHERS = 16  # threads
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
    ) -> None:
        self.service = service
        self.file = cache / f"table-{layout_of(service.table.name)}.sqlite"
        self.notice = ""
        self._clock = clock
        self._snapshots = snapshots
        self._log = log
        self._lock = threading.Lock()
        self._ticks: dict[str, Tick] = {}
        self._known: Known = {}
        self._gaps: dict[Scope, Gap] = {}
        self._looked = self._looked_at_all = float("-inf")
        self._everything: Everything | None = None

    def current(self) -> Everything:
        """Raises PoloError when the table can't be read and never could."""
        with self._lock:
            now = self._clock()
            if self._everything is None or now - self._looked >= POLL:
                self._looked = now
                self._everything = self._refreshed(now)
            return self._everything

    def _refreshed(self, now: float) -> Everything:
        try:
            changed = self._load(now)
        except PoloError as error:
            if self._everything is None:
                raise
            self.notice = f"Showing the data read before: {error}"
            return self._everything
        self.notice = ""
        return Seen(self.file) if changed or self._everything is None else self._everything

    def _load(self, now: float) -> bool:
        """Bring the file up to date; whether there was anything to do."""
        if not self.file.exists():
            self._load_snapshot()
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
        if changed or not self.file.exists():
            self._write(records, gaps, named)
        self._ticks = ticks
        if all_heads:
            self._looked_at_all = now
        return changed

    def _load_snapshot(self) -> None:
        """Begin with what another function has built; without that, this process builds all of it."""
        if self._snapshots is None:
            return
        problem = self._snapshots.load(self.file)
        self._log(f"Building Everything here: {problem}" if problem else "Loaded the snapshot of Everything")

    def _name(self, account: str) -> str:
        return self._ticks.get(account, Tick()).name

    def _write(self, records: list[Record], gaps: list[Gap], named: list[Account]) -> None:
        """All of it, or nothing: a new file takes its place when it is complete."""
        if self.file.exists():
            self._fill(InPlace(self.file), records, gaps, named)
            return
        with whole(self.file) as part:
            self._fill(NewFile(part), records, gaps, named)
            let_readers_in(part)

    def _fill(self, writer: NewFile, records: list[Record], gaps: list[Gap], named: list[Account]) -> None:
        try:
            writer.name_accounts(named)
            for gap in gaps:
                self._leave_out(writer, gap, ScopeHead(gap.scope))
            for record, lines in self._fetch(records):
                self._take(writer, record, lines)
            writer.mark_gaps(self._gaps.values())
        except BaseException:
            writer.abort()
            self._known, self._gaps = known_of(self.file), gaps_of(self.file)
            raise
        writer.close()

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

    def _fetch(self, records: list[Record]) -> Iterator[tuple[Record, Lines]]:
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

        return spread(fetch, records, FETCHERS)


def _gap(scope: Scope, error: PoloError) -> Gap:
    return Gap(scope, error.message, error.way_out)


def table_read_model(
    table: str, cache: Path, bucket: str = "", log: Callable[[str], object] = str
) -> TableReadModel:
    """That of the DynamoDB table with this name; its client is made on first use.

    bucket: where its snapshots are, "" for none.
    """
    snapshots = snapshots_of(table, bucket) if bucket else None
    return TableReadModel(DynamoDataService(Table(table)), cache, snapshots=snapshots, log=log)


def bucket_of(name: str) -> Bucket:
    """One of the function's own account and region."""
    return Bucket(name, Aws(who="the function").source(GLOBAL))


def snapshots_of(table: str, bucket: str) -> Snapshots:
    """Those of a table, in a bucket of the function's own account and region."""
    return Snapshots(bucket_of(bucket), layout_of(table))


def layout_of(table: str) -> str:
    """Changes with the table, and with what the database makes of it."""
    return hashlib.blake2b(repr((table, *layout())).encode(), digest_size=12).hexdigest()
