"""Writes Everything: scopes in, rows, totals, documents and search index out."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from services.models import RESOURCE_TYPES
from services.models.change import Change
from services.models.everything.history import HISTORY_SCHEMA, write_changes
from services.models.everything.line import Line, Stored, dump
from services.models.everything.query import NONE
from services.models.everything.schema import INDEXES, SCHEMA, SEARCH, SLOTS, WRITE_PRAGMAS
from services.models.scope import Account, ScopeHead
from services.models.values import cents

INSERT = f"INSERT INTO resources VALUES ({', '.join('?' * (12 + len(SLOTS)))})"
TOTALS = """
INSERT INTO totals SELECT scope, type, account, region, state, owner, count(*), sum(cost), sum(cost IS NULL)
FROM resources WHERE key BETWEEN ? AND ? GROUP BY type, account, region, state, owner
"""
_COLUMNS = {kind.name: tuple(column.field for column in kind.columns) for kind in RESOURCE_TYPES.values()}


class Writer:
    """Makes or mends one database file. Not for readers: they open the file when `close` has returned."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)
        self._db.executescript(WRITE_PRAGMAS + SCHEMA + SEARCH + HISTORY_SCHEMA)
        (self._key,) = self._db.execute("SELECT coalesce(max(key), 0) FROM resources").fetchone()

    def mark_demo(self, demo: bool) -> None:
        """Say whether this is the demo estate."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('demo', ?)", ("1" if demo else "",))

    def name_accounts(self, accounts: Iterable[Account]) -> None:
        """Add or rename accounts."""
        self._db.executemany(
            "INSERT OR REPLACE INTO accounts VALUES (?, ?)",
            [(account.id, account.name) for account in accounts],
        )

    def replace_scope(self, head: ScopeHead, resources: Iterable[Stored]) -> None:
        """The scope's head and its resources, in place of what was there."""
        scope = self._scope(head)
        first = self._key + 1
        rows, documents, words = [], [], []
        for line, text in resources:
            self._key += 1
            rows.append(_row(self._key, scope, line))
            searched = _words(line)
            documents.append((self._key, searched, text))
            words.append((self._key, searched))
        self._db.executemany(INSERT, rows)
        self._db.executemany("INSERT INTO documents VALUES (?, ?, ?)", documents)
        self._db.executemany("INSERT INTO search (rowid, text) VALUES (?, ?)", words)
        self._db.execute(TOTALS, (first, self._key))
        self._db.execute("UPDATE scopes SET first = ?, last = ? WHERE id = ?", (first, self._key, scope))

    def add_changes(self, changes: Iterable[Change]) -> None:
        """Add these to History."""
        write_changes(self._db, changes)

    def close(self) -> None:
        """Make the indexes, write all out."""
        self._db.executescript(INDEXES)
        self._db.commit()
        self._db.close()

    def _scope(self, head: ScopeHead) -> int:
        """The scope's number, with the head written and the old resources gone."""
        key = (head.scope.account, head.scope.region, head.scope.type)
        known = self._db.execute(
            "SELECT id, first, last FROM scopes WHERE account = ? AND region = ? AND type = ?", key
        ).fetchone()
        if known:
            self._clear(*known)
        made = self._db.execute(
            "INSERT INTO scopes (account, region, type, head) VALUES (?, ?, ?, ?)",
            (*key, dump(head.to_json())),
        )
        return made.lastrowid or 0

    def _clear(self, scope: int, first: int, last: int) -> None:
        keys = "WHERE key BETWEEN ? AND ?"
        self._db.execute(
            f"INSERT INTO search (search, rowid, text) SELECT 'delete', key, text FROM documents {keys}",
            (first, last),
        )
        self._db.execute(f"DELETE FROM documents {keys}", (first, last))
        self._db.execute(f"DELETE FROM resources {keys}", (first, last))
        self._db.execute("DELETE FROM totals WHERE scope = ?", (scope,))
        self._db.execute("DELETE FROM scopes WHERE id = ?", (scope,))


def _row(key: int, scope: int, line: Line) -> tuple[Any, ...]:
    typed = [_scalar(getattr(line, name)) for name in _COLUMNS.get(line.type, ())]
    return (
        key,
        scope,
        line.type,
        line.account,
        line.region,
        line.id,
        line.name or line.id,
        _known(line.owner),
        _known(line.state),
        line.created,
        cents(line.cost),
        line.arn,
        *typed,
        *(None,) * (len(SLOTS) - len(typed)),
    )


def _known(value: str | None) -> str | None:
    """None for what says that there is none: so do empty tags, and those that say it in words."""
    return None if not value or value.lower() == NONE else value


def _words(line: Line) -> str:
    words = [line.name, line.id, *(f"{key}={value}" for key, value in line.tags.items())]
    words += [address for address in (line.private_ip, line.public_ip) if address]
    return "\n" + "\n".join(word.replace("\n", " ") for word in words).lower() + "\n"


def _scalar(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value) if isinstance(value, (list, dict)) else value
