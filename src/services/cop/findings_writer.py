"""Writes the read model of findings: ledgers and mutes in, one SQLite file out."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from services.changes import digest
from services.cop.default_mutes import DEFAULT_MUTES
from services.cop.findings import Findings
from services.cop.store import Ledger
from services.files import USE_CACHE_PATH, forget_old, whole
from services.models.everything.line import dump
from services.models.finding import SEVERITIES, Entry, Mute
from services.models.findings import FindingRow
from services.models.values import cents, iso

SCHEMA = """
CREATE TABLE findings (
    rule TEXT, type TEXT, account TEXT, region TEXT, id TEXT, name TEXT COLLATE NOCASE, owner TEXT,
    severity INTEGER, confidence TEXT, status TEXT, saving INTEGER, counted INTEGER, first_seen TEXT,
    mute TEXT, text TEXT, document TEXT);
CREATE TABLE marks (rule TEXT, mark TEXT);
"""
COUNTED = """
CREATE TEMP TABLE best AS SELECT rowid AS row FROM (
    SELECT rowid, row_number() OVER resource AS place
    FROM findings WHERE status = 'open' AND saving IS NOT NULL
    WINDOW resource AS (PARTITION BY id, type, account, region ORDER BY saving DESC, rule))
WHERE place = 1;
UPDATE findings SET counted = NULL WHERE counted IS NOT NULL AND rowid NOT IN best;
UPDATE findings SET counted = saving WHERE counted IS NULL AND rowid IN best;
"""  # of several savings by one resource only one can be had
QUICKLY = "PRAGMA journal_mode = off; PRAGMA synchronous = off;"
INDEXES = """
CREATE INDEX findings_id ON findings (id);
CREATE INDEX findings_severity ON findings (status, severity, saving);
CREATE INDEX findings_rule ON findings (rule, status);
"""
FILES = "findings-{}.sqlite"
KEPT = 4  # files of earlier findings
NO_MARKS: Mapping[str, str] = {}
INSERT = f"INSERT INTO findings VALUES ({', '.join('?' * 16)})"


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
) -> None:
    """The database of these ledgers; `path` appears whole or not at all.

    mutes: beside the built-in ones. marks: for each rule what its findings were judged by. before: a database
    with the findings of the rules whose marks are the same there; of these the ledgers have none.
    """
    with whole(path, USE_CACHE_PATH) as part:
        if before:
            shutil.copyfile(before, part)
        with closing(sqlite3.connect(part)) as db:
            db.executescript(QUICKLY + ("" if before else SCHEMA))
            _mark(db, marks)
            for ledger in ledgers:
                db.executemany(INSERT, _rows(ledger, (*DEFAULT_MUTES, *mutes), iso(now) or ""))
            db.executescript(COUNTED + ("" if before else INDEXES))
            db.commit()


def _mark(db: sqlite3.Connection, marks: Mapping[str, str]) -> None:
    """Keep these marks, and of the findings only those whose rule has the same mark as before."""
    before = dict(db.execute("SELECT rule, mark FROM marks"))
    kept = [rule for rule, mark in marks.items() if before.get(rule) == mark]
    db.execute(f"DELETE FROM findings WHERE rule NOT IN ({', '.join('?' * len(kept))})", kept)
    db.execute("DELETE FROM marks")
    db.executemany("INSERT INTO marks VALUES (?, ?)", marks.items())


def _rows(ledger: Ledger, mutes: Sequence[Mute], now: str) -> Iterator[tuple[Any, ...]]:
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
            None,
            entry.first_seen,
            row.mute,
            f"{entry.name} {entry.id} {entry.message}".lower(),
            dump(entry.to_json()),
        )


def mute_of(entry: Entry, mutes: Sequence[Mute], now: str) -> str:
    """The id of the first mute that covers it at that moment (ISO 8601, UTC), "" for none."""
    return next((mute.id for mute in mutes if mute.covers(entry, now)), "")


def forget_earlier(cache: Path) -> None:
    """Leave the last files of a cache only."""
    forget_old(cache, "findings-*.sqlite", KEPT)
