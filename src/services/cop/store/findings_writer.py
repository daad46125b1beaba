"""Writes the read model of findings: ledgers and mutes in, one SQLite file out."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from errors import Lost, PoloError
from services.cop.store.default_mutes import DEFAULT_MUTES
from services.cop.store.findings import Findings
from services.cop.store.findings_overlaps import TABLES, write_overlaps
from services.cop.store.port import Ledger
from services.models.domain.finding import SEVERITIES, Entry, Mute
from services.models.domain.findings import FindingRow
from services.models.everything.line import dump
from services.models.everything.words import starts
from services.models.kit.values import cents, iso
from services.store.changes import digest
from services.store.files import USE_CACHE_PATH, forget_old, whole

SCHEMA = """
CREATE TABLE IF NOT EXISTS findings (
    rule TEXT, type TEXT, account TEXT, region TEXT, id TEXT, name TEXT COLLATE NOCASE, owner TEXT,
    severity INTEGER, confidence TEXT, status TEXT, saving INTEGER, first_seen TEXT,
    mute TEXT, totals INTEGER, text TEXT, covers TEXT, alone INTEGER, document TEXT);
-- one for all findings that share these values; saving, hints: of those that no other saving overlaps
CREATE TABLE IF NOT EXISTS totals (
    id INTEGER PRIMARY KEY, status TEXT, severity INTEGER, rule TEXT, account TEXT, owner TEXT, type TEXT,
    confidence TEXT, count INTEGER, saving INTEGER, hints INTEGER);
CREATE TABLE IF NOT EXISTS marks (rule TEXT, mark TEXT);
CREATE TABLE IF NOT EXISTS notices (notice TEXT);
-- those that are in, of which version; what of them could not be read, and the way out
CREATE TABLE IF NOT EXISTS ledgers (account TEXT PRIMARY KEY, version TEXT, lost TEXT, way_out TEXT);
CREATE TABLE IF NOT EXISTS muted_by (mutes TEXT);
"""
TOTALS = """
CREATE INDEX IF NOT EXISTS findings_totals ON findings (totals, alone);
UPDATE totals SET (count, saving) = (SELECT count(*), coalesce(sum(alone), 0) FROM findings
    WHERE totals = totals.id), hints = 0;
UPDATE totals SET saving = 0, hints = saving WHERE confidence = 'hint';
DELETE FROM totals WHERE count = 0;
"""
SHARED = "status, severity, rule, account, owner, type, confidence"
QUICKLY = "PRAGMA journal_mode = off; PRAGMA synchronous = off;"
INDEXES = """
CREATE INDEX IF NOT EXISTS findings_id ON findings (id);
CREATE INDEX IF NOT EXISTS findings_severity ON findings (status, severity, saving);
CREATE INDEX IF NOT EXISTS findings_rule ON findings (rule, status);
"""
FILES = "findings-{}.sqlite"
KEPT = 4  # files of earlier findings
NO_MARKS: Mapping[str, str] = {}
INSERT = f"INSERT INTO findings VALUES ({', '.join('?' * 18)})"


def file_of(cache: Path, mark: str) -> Path:
    """Where the findings of one state are kept. mark: changes with all that they depend on."""
    return cache / FILES.format(digest([mark]))


def last_judged(cache: Path) -> tuple[Path | None, Mapping[str, str]]:
    """The findings that were written last, if any, and for each of their rules what it was judged by."""
    files = cache.glob(FILES.format("*"))
    for path in sorted(files, key=lambda file: file.stat().st_mtime_ns, reverse=True)[:1]:
        with suppress(sqlite3.Error):
            return path, Findings(path).marks_of_rules()
    return None, NO_MARKS


def write_findings(
    path: Path,
    ledgers: Iterable[Ledger],
    mutes: Sequence[Mute],
    now: datetime,
    marks: Mapping[str, str] = NO_MARKS,
    before: Path | None = None,
    trouble: Callable[[], str] = str,
) -> None:
    """The database of these ledgers; `path` appears whole or not at all.

    mutes: beside the built-in ones. marks: for each rule what its findings were judged by. before: a database
    with the findings of the rules whose marks are the same there; of these the ledgers have none. trouble:
    what of all this could not be read, once the ledgers are made.
    """
    with whole(path, USE_CACHE_PATH) as part:
        if before:
            shutil.copyfile(before, part)
        with closing(FindingsWriter(part, mutes, now, marks)) as writer:
            for ledger in ledgers:
                writer.add(ledger)
            writer.finish(trouble())


def start_from(before: Path, part: Path) -> None:
    """Have a writer of `part` go on from what another database has. Raises CantWrite."""
    with whole(part, USE_CACHE_PATH) as copy:
        shutil.copyfile(before, copy)


class FindingsWriter:
    """Fills a database ledger by ledger: a new one, a copy, or one that was paused.

    mutes, marks: as `write_findings` has them; what a copy has of other mutes is muted anew.
    """

    def __init__(
        self, part: Path, mutes: Sequence[Mute], now: datetime, marks: Mapping[str, str] = NO_MARKS
    ) -> None:
        self._mutes, self._now = (*DEFAULT_MUTES, *mutes), iso(now) or ""
        self._db = sqlite3.connect(part)
        self._db.executescript(QUICKLY + SCHEMA + TABLES)
        if marks:
            _mark(self._db, marks)
        self._totals = _Totals(self._db)
        self._mute_again(repr(mutes))

    @property
    def versions(self) -> Mapping[str, str]:
        """Account -> version of the ledger that is in."""
        return dict(self._db.execute("SELECT account, version FROM ledgers"))

    @property
    def lost(self) -> list[Lost]:
        """Why ledgers that are in are not those of their version."""
        rows = self._db.execute("SELECT lost, way_out FROM ledgers WHERE lost != '' ORDER BY account")
        return [Lost(*row) for row in rows]

    def add(self, ledger: Ledger) -> None:
        """Beside what is there."""
        self._db.executemany(INSERT, _rows(ledger, self._mutes, self._now, self._totals))
        self._note(ledger.account, ledger.version)

    def replace(self, ledger: Ledger) -> None:
        """In place of the account's; what can't be read leaves what was read before."""
        if ledger.trouble:
            self._note(ledger.account, ledger.version, ledger.trouble)
            return
        self.remove(ledger.account)
        self.add(ledger)

    def remove(self, account: str) -> None:
        if self._db.execute("DELETE FROM ledgers WHERE account = ?", (account,)).rowcount:
            self._db.execute("DELETE FROM findings WHERE account = ?", (account,))

    def finish(self, notice: str) -> None:
        """Add up what is there. notice: what of it could not be read."""
        self._totals.write()
        self._db.execute("DELETE FROM notices")
        self._db.execute("INSERT INTO notices VALUES (?)", (notice,))
        write_overlaps(self._db)
        self._db.executescript(TOTALS + INDEXES)

    def close(self) -> None:
        """What is not finished, the next writer of the file goes on with."""
        self._totals.write()
        self._db.commit()
        self._db.close()

    def _note(self, account: str, version: str, trouble: PoloError | None = None) -> None:
        said = (trouble.message, trouble.way_out) if trouble else ("", "")
        self._db.execute("INSERT OR REPLACE INTO ledgers VALUES (?, ?, ?, ?)", (account, version, *said))

    def _mute_again(self, mutes: str) -> None:
        known = self._db.execute("SELECT mutes FROM muted_by").fetchone()
        if known == (mutes,):
            return
        self._db.execute("DELETE FROM muted_by")
        self._db.execute("INSERT INTO muted_by VALUES (?)", (mutes,))
        found = self._db.execute("SELECT rowid, mute, document FROM findings").fetchall() if known else ()
        for number, before, document in found:
            entry = Entry.from_json(json.loads(document))
            row = FindingRow(entry, mute_of(entry, self._mutes, self._now))
            if row.mute != before:
                self._db.execute(
                    "UPDATE findings SET mute = ?, status = ?, totals = ? WHERE rowid = ?",
                    (row.mute, row.status, self._totals.of(row), number),
                )


def _mark(db: sqlite3.Connection, marks: Mapping[str, str]) -> None:
    """Keep these marks, and of the findings only those whose rule has the same mark as before."""
    before = dict(db.execute("SELECT rule, mark FROM marks"))
    kept = [rule for rule, mark in marks.items() if before.get(rule) == mark]
    db.execute(f"DELETE FROM findings WHERE rule NOT IN ({', '.join('?' * len(kept))})", kept)
    db.execute("DELETE FROM marks")
    db.executemany("INSERT INTO marks VALUES (?, ?)", marks.items())


class _Totals:
    """The numbers of the totals; their sums are added up when all findings are there."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._ids = {tuple(shared): id for id, *shared in db.execute(f"SELECT id, {SHARED} FROM totals")}
        self._next = max(self._ids.values(), default=0) + 1
        self._new: list[tuple[Any, ...]] = []

    def of(self, row: FindingRow) -> int:
        """The number of those that share all of this with the finding."""
        entry = row.entry
        severity = SEVERITIES.index(entry.severity)
        who = entry.rule, entry.account, entry.owner, entry.type, entry.confidence
        shared = row.status, severity, *who
        id = self._ids.get(shared)
        if id is None:
            id = self._ids[shared] = self._next
            self._next += 1
            self._new.append((id, *shared))
        return id

    def write(self) -> None:
        self._db.executemany("INSERT INTO totals VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0)", self._new)
        self._new.clear()


def _rows(ledger: Ledger, mutes: Sequence[Mute], now: str, totals: _Totals) -> Iterator[tuple[Any, ...]]:
    for entry in ledger.entries:
        row = FindingRow(entry, mute_of(entry, mutes, now))
        yield (
            entry.rule,
            *entry.key,
            entry.name,
            entry.owner,
            SEVERITIES.index(entry.severity),
            entry.confidence,
            row.status,
            cents(None if entry.saving is None else str(entry.saving)),
            entry.first_seen,
            row.mute,
            totals.of(row),
            _text(entry),
            dump(entry.covers) if entry.covers else "",
            None,
            dump(entry.to_json()),
        )


def _text(entry: Entry) -> str:
    """What a search looks into."""
    words = f"{entry.name} {entry.id} {entry.message} {entry.rule}".lower()
    tags = (*entry.tags, *entry.tags.values())
    return f"{words}\n{starts(f'{entry.name} {entry.rule}', entry.id, tags)}"


def mute_of(entry: Entry, mutes: Sequence[Mute], now: str) -> str:
    """The id of the first mute that covers it at that moment (ISO 8601, UTC), "" for none."""
    return next((mute.id for mute in mutes if mute.covers(entry, now)), "")


def forget_earlier(cache: Path) -> None:
    """Leave the last files of a cache only."""
    forget_old(cache, "findings-*.sqlite", KEPT)
