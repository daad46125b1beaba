"""Writes the read model of findings: ledgers and mutes in, one SQLite file out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from services.changes import digest
from services.cop.default_mutes import DEFAULT_MUTES
from services.cop.ledger import savings
from services.cop.store import Ledger
from services.files import forget_old, whole
from services.models.everything.line import dump
from services.models.finding import SEVERITIES, Entry, Mute
from services.models.findings import FindingRow
from services.models.values import cents, iso

SCHEMA = """
CREATE TABLE findings (
    rule TEXT, type TEXT, account TEXT, region TEXT, id TEXT, name TEXT COLLATE NOCASE, owner TEXT,
    severity INTEGER, confidence TEXT, status TEXT, saving INTEGER, counted INTEGER, first_seen TEXT,
    mute TEXT, text TEXT, document TEXT);
"""
INDEXES = """
CREATE INDEX findings_id ON findings (id);
CREATE INDEX findings_severity ON findings (status, severity, saving);
CREATE INDEX findings_rule ON findings (rule, status);
"""
FILES = "findings-{}.sqlite"
KEPT = 4  # files of earlier findings
INSERT = f"INSERT INTO findings VALUES ({', '.join('?' * 16)})"


def file_of(cache: Path, mark: str) -> Path:
    """Where the findings of one state are kept. mark: changes with all that they depend on."""
    return cache / FILES.format(digest([mark]))


def write_findings(path: Path, ledgers: Iterable[Ledger], mutes: Sequence[Mute], now: datetime) -> None:
    """The database of these ledgers; `path` appears whole or not at all. mutes: beside the built-in ones."""
    with whole(path) as part, closing(sqlite3.connect(part)) as db:
        db.executescript("PRAGMA journal_mode = off; PRAGMA synchronous = off;" + SCHEMA)
        for ledger in ledgers:
            db.executemany(INSERT, _rows(ledger, (*DEFAULT_MUTES, *mutes), iso(now) or ""))
        db.executescript(INDEXES)
        db.commit()


def _rows(ledger: Ledger, mutes: Sequence[Mute], now: str) -> Iterator[tuple[Any, ...]]:
    rows = [FindingRow(entry, mute_of(entry, mutes, now)) for entry in ledger.entries]
    counted = savings(row.entry for row in rows if not row.mute)
    for row in rows:
        entry = row.entry
        saving = cents(None if entry.saving is None else str(entry.saving))
        yield (
            entry.rule,
            *entry.key,
            entry.name,
            entry.owner,
            SEVERITIES.index(entry.severity),
            entry.confidence,
            row.status,
            saving,
            saving if counted.get(entry.key) is entry else None,
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
    forget_old(cache, FILES.format("*"), KEPT)
