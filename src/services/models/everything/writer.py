"""Writes Everything: scopes in, rows, totals, documents and search index out."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from services.models import RESOURCE_TYPES
from services.models.everything.history import HISTORY_SCHEMA, write_changes
from services.models.everything.line import Line, dump, line_of
from services.models.everything.query import NONE
from services.models.everything.schema import INDEXES, SCHEMA, SEARCH, SLOTS, WRITE_PRAGMAS
from services.models.everything.tally import Tally
from services.models.everything.words import starts
from services.models.kit.base import UNKNOWN, of_tags, tags_known
from services.models.kit.change import Change
from services.models.kit.gap import Gap
from services.models.kit.scope import Account, ScopeHead
from services.models.kit.values import cents

BLOCK = 32  # documents; more would make a detail page slower, fewer the file larger
LEVEL = 1  # of zlib: a tenth of the size for 4 us a document; the highest saves a third more for 21 us
PLAIN = frozenset({str, int, float, type(None)})  # what a column takes as it is
INSERT = f"INSERT INTO resources VALUES ({', '.join('?' * (9 + len(SLOTS)))})"
LAST_KEY = "SELECT coalesce((SELECT last FROM blocks ORDER BY first DESC), 0)"
MEMBERS = "SELECT key, mark FROM resources WHERE totals IN (SELECT id FROM totals WHERE scope = ?)"
TEXT = "SELECT key, text FROM texts WHERE key = ?"
# with values alone: FTS5 writes its index out after each INSERT ... SELECT, which is ten times slower
UNSEARCH = "INSERT INTO search (search, rowid, text) VALUES ('delete', ?, ?)"
EMPTY_BLOCK = """
DELETE FROM blocks WHERE first = (SELECT max(first) FROM blocks WHERE first <= ?)
AND NOT EXISTS (SELECT 1 FROM resources WHERE key BETWEEN blocks.first AND blocks.last)
"""
MEMBER = f"SELECT totals, cost, type, {', '.join(SLOTS)} FROM resources WHERE key = ?"
_COLUMNS = {kind.name: tuple(column.field for column in kind.columns) for kind in RESOURCE_TYPES.values()}

# places of the columns whose None is not unknown
_OPTIONAL = {
    kind.name: tuple(place for place, column in enumerate(kind.columns) if column.optional)
    for kind in RESOURCE_TYPES.values()
}
_FACETS = {  # slot and place of the typed columns that are facets
    kind.name: [(SLOTS[place], place) for place, column in enumerate(kind.columns) if column.facet]
    for kind in RESOURCE_TYPES.values()
}


class Writer:
    """Makes or mends one database file. Not for readers: they open the file when `close` has returned."""

    def __init__(self, path: Path) -> None:
        self._db = self._open(path)
        (self._key,) = self._db.execute(LAST_KEY).fetchone()

    def _open(self, path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path)
        connection.executescript(WRITE_PRAGMAS + SCHEMA + SEARCH + HISTORY_SCHEMA)
        return connection

    def mark_demo(self, demo: bool) -> None:
        """Say whether this is the demo estate."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('demo', ?)", ("1" if demo else "",))

    def mark_gaps(self, gaps: Iterable[Gap]) -> None:
        """Say which scopes can't be read."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('gaps', ?)", (json.dumps([*gaps]),))

    def name_accounts(self, accounts: Iterable[Account]) -> None:
        """Add or rename accounts."""
        self._db.executemany(
            "INSERT OR REPLACE INTO accounts VALUES (?, ?)",
            [(account.id, account.name) for account in accounts],
        )

    def replace_scope(self, head: ScopeHead, documents: Iterable[bytes]) -> None:
        """The scope's head and its resources, in place of what was there; touches only those that differ.

        Raises ValueError or ArithmeticError, and touches none, when one is not a resource's document.
        """
        scope = self._scope(head)
        tally = Tally(self._db, scope)
        given = {_mark(document): document for document in documents}
        known = {mark: key for key, mark in self._db.execute(MEMBERS, (scope,))} if tally.known else {}
        new, gone = set(given) - set(known), set(known) - set(given)
        if len(new) > len(given) / 2:  # as well all: blocks that are full again
            new, gone = set(given), set(known)
        added = [(mark, document) for mark, document in given.items() if mark in new]
        read = [_read(document) for _, document in added]  # all, before anything is changed
        self._remove([known[mark] for mark in gone], tally)
        self._add(added, read, tally)
        tally.write()

    def add_changes(self, changes: Iterable[Change]) -> None:
        """Add these to History."""
        write_changes(self._db, changes)

    def close(self) -> None:
        """Make the indexes, write all out."""
        self._db.executescript(INDEXES)
        self._db.commit()
        self._db.close()

    def _scope(self, head: ScopeHead) -> int:
        """The scope's number, with the head written."""
        (id,) = self._db.execute(
            "INSERT INTO scopes (account, region, type, head) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET head = excluded.head RETURNING id",
            (head.scope.account, head.scope.region, head.scope.type, dump(head.to_json())),
        ).fetchone()
        return int(id)

    def _add(
        self, marked: list[tuple[int, bytes]], read: list[tuple[Line, int | None]], tally: Tally
    ) -> None:
        rows, texts = [], []
        for key, ((mark, _), (line, cost)) in enumerate(zip(marked, read, strict=True), self._key + 1):
            columns = _columns(line)
            shared = line.type, line.account, line.region, _known(line.state), _owner(line)
            totals = tally.add(shared, cost, _typed(line.type, columns))
            own = line.type, line.id, line.name or line.id, line.created, cost or _small(line.cost), line.arn
            rows.append((key, totals, mark, *own, *columns))
            texts.append((key, _words(line)))
        blocks = [_block(self._key + 1 + n, marked[n : n + BLOCK]) for n in range(0, len(marked), BLOCK)]
        self._db.executemany(INSERT, rows)
        self._db.executemany("INSERT INTO texts VALUES (?, ?)", texts)
        self._db.executemany("INSERT INTO search (rowid, text) VALUES (?, ?)", texts)
        self._db.executemany("INSERT INTO blocks VALUES (?, ?, ?)", blocks)
        self._key += len(marked)

    def _remove(self, keys: list[int], tally: Tally) -> None:
        each = [(key,) for key in sorted(keys)]
        for key in each:
            totals, cost, type, *columns = self._db.execute(MEMBER, key).fetchone()
            tally.remove(totals, None if cost is None else int(cost), _typed(type, columns))
        texts = [self._db.execute(TEXT, key).fetchone() for key in each]
        self._db.executemany(UNSEARCH, texts)
        self._db.executemany("DELETE FROM texts WHERE key = ?", each)
        self._db.executemany("DELETE FROM resources WHERE key = ?", each)
        self._db.executemany(EMPTY_BLOCK, each)


def _read(document: bytes) -> tuple[Line, int | None]:
    """A document, with its cost in cents."""
    line = line_of(document)
    return line, cents(line.cost)


def _small(cost: str | None) -> float | None:
    """Cents of what is less than half a cent: 0 only where it is 0."""
    return None if cost is None else float(Decimal(cost).scaleb(2))


def _mark(document: bytes) -> int:
    """Tells the documents of a scope apart."""
    return int.from_bytes(hashlib.blake2b(document, digest_size=8).digest(), signed=True)


def _block(first: int, marked: list[tuple[int, bytes]]) -> tuple[int, int, bytes]:
    lines = (document.replace(b"\n", b" ") for _, document in marked)  # within strings JSON escapes it
    return first, first + len(marked) - 1, zlib.compress(b"\n".join(lines), LEVEL)


def _columns(line: Line) -> list[Any]:
    """The values of all SLOTS. UNKNOWN: a question about the resource was not answered."""
    values = [getattr(line, name) for name in _COLUMNS.get(line.type, ())]
    if any(not of_tags(mark) for mark in (*line.denied, *line.unanswered)):
        may_lack = _OPTIONAL.get(line.type, ())
        values = [
            UNKNOWN if value is None and place not in may_lack else value
            for place, value in enumerate(values)
        ]
    values = [value if type(value) in PLAIN else _scalar(value) for value in values]
    return values + [None] * (len(SLOTS) - len(values))


def _typed(type: str, columns: Sequence[Any]) -> list[tuple[str, str]]:
    """Slot and value, as a filter has it, of the typed columns that are facets."""
    found = [(slot, columns[place]) for slot, place in _FACETS.get(type, ())]
    return [(slot, "" if value is None else str(value)) for slot, value in found]


def _known(value: str | None) -> str | None:
    """None for what says that there is none: so do empty tags, and those that say it in words."""
    return None if not value or value.lower() == NONE else value


def _owner(line: Line) -> str | None:
    return _known(line.owner) if tags_known(line.denied, line.unanswered) else UNKNOWN


def _words(line: Line) -> str:
    words = [line.name, line.id, *(f"{key}={value}" for key, value in line.tags.items())]
    words += [address for address in (line.private_ip, line.public_ip) if address]
    text = "\n".join(words)
    if text.count("\n") >= len(words) or "\0" in text:
        text = "\n".join(word.replace("\n", " ").replace("\0", "") for word in words)
    return f"\n{text.lower()}\n{starts(line.name, line.id, (*line.tags, *line.tags.values()))}\n"


def _scalar(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value) if isinstance(value, (list, dict)) else value
