"""Writes the read model of findings: ledgers and mutes in, one SQLite file out."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from services.changes import digest
from services.cop.default_mutes import DEFAULT_MUTES
from services.cop.findings import Findings
from services.cop.findings_overlaps import TABLES, write_overlaps
from services.cop.store import Ledger
from services.files import USE_CACHE_PATH, forget_old, whole
from services.models.everything.line import dump
from services.models.everything.words import starts
from services.models.finding import SEVERITIES, Entry, Mute
from services.models.findings import FindingRow
from services.models.values import cents, iso

SCHEMA = """
CREATE TABLE findings (
    rule TEXT, type TEXT, account TEXT, region TEXT, id TEXT, name TEXT COLLATE NOCASE, owner TEXT,
    severity INTEGER, confidence TEXT, status TEXT, saving INTEGER, first_seen TEXT,
    mute TEXT, totals INTEGER, text TEXT, covers TEXT, alone INTEGER, document TEXT);
-- one for all findings that share these values; saving, hints: of those that no other saving overlaps
CREATE TABLE totals (
    id INTEGER PRIMARY KEY, status TEXT, severity INTEGER, rule TEXT, account TEXT, owner TEXT, type TEXT,
    confidence TEXT, count INTEGER, saving INTEGER, hints INTEGER);
CREATE TABLE marks (rule TEXT, mark TEXT);
CREATE TABLE notices (notice TEXT);
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
CREATE INDEX findings_id ON findings (id);
CREATE INDEX findings_severity ON findings (status, severity, saving);
CREATE INDEX findings_rule ON findings (rule, status);
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
        with closing(sqlite3.connect(part)) as db:
            db.executescript(QUICKLY + ("" if before else SCHEMA + TABLES))
            _mark(db, marks)
            totals = _Totals(db)
            for ledger in ledgers:
                db.executemany(INSERT, _rows(ledger, (*DEFAULT_MUTES, *mutes), iso(now) or "", totals))
            totals.write()
            db.execute("DELETE FROM notices")
            db.execute("INSERT INTO notices VALUES (?)", (trouble(),))
            write_overlaps(db)
            db.executescript(TOTALS + ("" if before else INDEXES))
            db.commit()


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

    def id_of(self, *shared: Any) -> int:
        id = self._ids.get(shared)
        if id is None:
            id = self._ids[shared] = self._next
            self._next += 1
            self._new.append((id, *shared))
        return id

    def write(self) -> None:
        self._db.executemany("INSERT INTO totals VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0)", self._new)


def _rows(ledger: Ledger, mutes: Sequence[Mute], now: str, totals: _Totals) -> Iterator[tuple[Any, ...]]:
    for entry in ledger.entries:
        row = FindingRow(entry, mute_of(entry, mutes, now))
        severity = SEVERITIES.index(entry.severity)
        yield (
            entry.rule,
            *entry.key,
            entry.name,
            entry.owner,
            severity,
            entry.confidence,
            row.status,
            cents(None if entry.saving is None else str(entry.saving)),
            entry.first_seen,
            row.mute,
            totals.id_of(
                row.status, severity, entry.rule, entry.account, entry.owner, entry.type, entry.confidence
            ),
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
