"""The SQLite file that holds a table's Everything: readers of one state beside the writer of the next."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from errors import PoloError
from services.models.all import Everything
from services.models.everything.line import dump
from services.models.everything.schema import READ_PRAGMAS
from services.models.everything.writer import Writer
from services.models.kit.gap import Gap
from services.models.kit.scope import Scope, ScopeHead
from services.read.builds import OnItsWay, Progress
from services.store.dynamo_items import Record
from services.store.lock import if_free

READING = Progress("Reading", "resources")
Known = dict[Scope, Record]  # head and pointer alone


class Seen(Everything):
    """Everything as it was when this was made, beside a writer: a connection's transaction sees no later."""

    @property
    def _db(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            uri = f"{self.path.resolve().as_uri()}?mode=ro"
            connection = sqlite3.connect(uri, uri=True, isolation_level=None)
            connection.executescript(READ_PRAGMAS)
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM accounts").fetchone()  # from here on
            self._local.connection = connection
        return connection


class NewFile(Writer):
    """A Writer that remembers of each scope which parts it was made from."""

    def leave_out(self, gap: Gap, head: ScopeHead, known: Record | None) -> Record:
        """Keep what is known of a scope that can't be read, with a head that says so; answers that."""
        status = replace((known.head if known else ScopeHead(gap.scope)), status="error", error=gap.message)
        record = Record(replace(status, attempted=head.attempted), known.current if known else "")
        if known is None:
            self.replace_scope(record.head, ())
        self.remember(record)
        return record

    def remember(self, record: Record) -> None:
        scope = record.head.scope
        self._db.execute(
            "UPDATE scopes SET head = ? WHERE account = ? AND region = ? AND type = ?",
            (
                dump(record.head.to_json() | {"parts": record.current}),
                scope.account,
                scope.region,
                scope.type,
            ),
        )

    def abort(self) -> None:
        self._db.close()

    def pause(self) -> None:
        """Keep what is written; the next Writer of the file goes on."""
        self._db.commit()
        self._db.close()


class InPlace(NewFile):
    """One transaction on the file that others read; one of two processes waits for the other."""

    def _open(self, path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None, timeout=10)
        connection.execute("PRAGMA synchronous = off")
        connection.execute("BEGIN IMMEDIATE")
        return connection


def known_of(file: Path) -> Known:
    """What an earlier process has made the file from."""
    if not file.exists():
        return {}
    connection = sqlite3.connect(file)
    try:
        heads = [json.loads(head) for (head,) in connection.execute("SELECT head FROM scopes")]
    finally:
        connection.close()
    return {(head := ScopeHead.from_json(each)).scope: Record(head, each.get("parts", "")) for each in heads}


def gaps_of(file: Path) -> dict[Scope, Gap]:
    """The scopes that could not be read when the file was made."""
    return {gap.scope: gap for gap in Everything(file).gaps()} if file.exists() else {}


def let_readers_in(file: Path) -> None:
    """From now on a writer keeps what it changes beside the file until all readers have left."""
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode = wal")
    connection.close()


@contextmanager
def first_file(file: Path, beside: Path | None = None, progress: Progress = READING) -> Iterator[Path]:
    """What becomes `file` when the block ends well. Else it is kept, for the next block to go on with.

    One at a time; raises OnItsWay while another process is at it, FileExistsError when it is done already.
    What a process leaves that was killed in the block is thrown away: SQLite wrote it without a journal.
    beside: what the parts are named after, where the next block may make another file of them.
    """
    named = beside or file
    paused, part = named.with_suffix(".paused"), named.with_suffix(".part")
    lock = if_free(named.with_suffix(".lock"))
    if lock is None:
        raise OnItsWay(replace(progress, since=time.time()), time.time())
    with lock:
        if file.exists():
            raise FileExistsError(file)
        part.unlink(missing_ok=True)
        if paused.exists():
            paused.replace(part)
        try:
            yield part
        except PoloError:
            if part.exists():
                part.replace(paused)
            raise
        part.replace(file)
