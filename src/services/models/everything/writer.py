"""Writes Everything: scopes in, rows, totals, documents and search index out."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from services.models import RESOURCE_TYPES
from services.models.base import Account, Document, ScopeHead, dump
from services.models.everything.schema import INDEXES, SCHEMA, SEARCH, SLOTS, WRITE_PRAGMAS

IPS = ("private_ip", "public_ip", "ip")
INSERT = f"INSERT INTO resources VALUES ({', '.join('?' * (12 + len(SLOTS)))})"
TOTALS = """
INSERT INTO totals SELECT scope, type, account, region, state, owner, count(*), sum(cost), sum(cost IS NULL)
FROM resources WHERE scope = ? GROUP BY type, account, region, state, owner
"""
Stored = tuple[Document, str]  # a document, and its JSON text as stored


class Writer:
    """Makes or mends one database file. Not for readers: they open the file when `close` has returned."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)
        self._db.executescript(WRITE_PRAGMAS + SCHEMA + SEARCH)
        (self._key,) = self._db.execute("SELECT coalesce(max(key), 0) FROM resources").fetchone()

    def name_accounts(self, accounts: Iterable[Account]) -> None:
        """Add or rename accounts."""
        self._db.executemany(
            "INSERT OR REPLACE INTO accounts VALUES (?, ?)",
            [(account.id, account.name) for account in accounts],
        )

    def replace_scope(self, head: ScopeHead, resources: Iterable[Stored]) -> None:
        """The scope's head and its resources, in place of what was there."""
        scope = self._scope(head)
        self._clear(scope)
        keys = range(self._key + 1, 1 << 62)
        rows = [
            (_row(key, scope, document), text) for key, (document, text) in zip(keys, resources, strict=False)
        ]
        self._key += len(rows)
        self._db.executemany(INSERT, (row for (row, _), _ in rows))
        self._db.executemany(
            "INSERT INTO documents VALUES (?, ?, ?)", ((row[0], text, words) for (row, words), text in rows)
        )
        self._db.executemany("INSERT INTO search (rowid, text) VALUES (?, ?)", _words(rows))
        self._db.execute(TOTALS, (scope,))

    def close(self) -> None:
        """Make the indexes, write all out."""
        self._db.executescript(INDEXES)
        self._db.commit()
        self._db.close()

    def _scope(self, head: ScopeHead) -> int:
        key = (head.scope.account, head.scope.region, head.scope.type)
        self._db.execute(
            "INSERT INTO scopes (account, region, type, head) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET head = excluded.head",
            (*key, dump(head.to_json())),
        )
        (scope,) = self._db.execute(
            "SELECT id FROM scopes WHERE account = ? AND region = ? AND type = ?", key
        ).fetchone()
        return int(scope)

    def _clear(self, scope: int) -> None:
        old = "SELECT key FROM resources WHERE scope = ?"
        self._db.execute(
            f"INSERT INTO search (search, rowid, text) SELECT 'delete', key, text FROM documents"
            f" WHERE key IN ({old})",
            (scope,),
        )
        self._db.execute(f"DELETE FROM documents WHERE key IN ({old})", (scope,))
        self._db.execute("DELETE FROM resources WHERE scope = ?", (scope,))
        self._db.execute("DELETE FROM totals WHERE scope = ?", (scope,))


def stored(documents: Iterable[Document]) -> Iterator[Stored]:
    """Documents with their text, for callers that don't have it."""
    return ((document, dump(document)) for document in documents)


def cents(cost: str | None) -> int | None:
    """USD as text -> whole cents, halves up; None stays unknown."""
    return None if cost is None else int(Decimal(cost).scaleb(2).to_integral_value(ROUND_HALF_UP))


def _row(key: int, scope: int, document: Document) -> tuple[tuple[Any, ...], str]:
    id, name, tags = document["id"], document["name"], document["tags"]
    kind = RESOURCE_TYPES.get(document["type"])
    columns = kind.columns if kind else ()
    typed = [_scalar(document.get(column.field)) for column in columns]
    typed += [None] * (len(SLOTS) - len(typed))
    words = [name, id, *(f"{key}={value}" for key, value in tags.items())]
    words += [document[field] for field in IPS if document.get(field)]
    text = "\n" + "\n".join(word.replace("\n", " ") for word in words).lower() + "\n"
    row = (
        key,
        scope,
        document["type"],
        document["account"],
        document["region"],
        id,
        name or id,
        document["owner"],
        document["state"] or None,
        document["created"],
        cents(document["cost"]),
        document["arn"],
        *typed,
    )
    return row, text


def _scalar(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, (list, dict)) else value


def _words(rows: list[tuple[tuple[tuple[Any, ...], str], str]]) -> Iterator[tuple[int, str]]:
    return ((row[0], words) for (row, words), _ in rows)
