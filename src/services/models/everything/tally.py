"""The totals of one scope while its resources come and go: what changes is written once, at the end."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable

Shared = tuple[str, str, str, str | None, str | None]  # type, account, region, state, owner
Typed = Iterable[tuple[str, str]]  # slot and value of each typed column that is a facet

KNOWN = "SELECT id, type, account, region, state, owner FROM totals WHERE scope = ?"
NEW = "INSERT INTO totals VALUES (NULL, ?, ?, ?, ?, ?, ?, 0, 0, 0)"
CHANGE = "UPDATE totals SET count = count + ?, cost = cost + ?, unknown = unknown + ? WHERE id = ?"
CHANGE_TYPED = """
INSERT INTO typed_totals VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
count = count + excluded.count, cost = cost + excluded.cost, unknown = unknown + excluded.unknown
"""
GONE = "DELETE FROM totals WHERE id = ? AND count = 0"
GONE_TYPED = "DELETE FROM typed_totals WHERE totals = ? AND slot = ? AND value = ? AND count = 0"


class Tally:
    """cost is in cents, None when unknown."""

    def __init__(self, db: sqlite3.Connection, scope: int) -> None:
        self._db = db
        self._scope = scope
        found = db.execute(KNOWN, (scope,))
        self._ids: dict[Shared, int] = {(type, *rest): id for id, type, *rest in found}
        self._changes: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        self._typed: dict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])

    @property
    def known(self) -> bool:
        """Whether the scope had resources before."""
        return bool(self._ids)

    def add(self, shared: Shared, cost: int | None, typed: Typed) -> int:
        """Count one resource in; answers the number of its totals."""
        id = self._ids.get(shared)
        if id is None:
            id = self._ids[shared] = self._db.execute(NEW, (self._scope, *shared)).lastrowid or 0
        self._count(id, 1, cost, typed)
        return id

    def remove(self, id: int, cost: int | None, typed: Typed) -> None:
        """Count one of these totals out."""
        self._count(id, -1, cost, typed)

    def write(self) -> None:
        """Totals without resources are gone."""
        self._db.executemany(CHANGE, [(*change, id) for id, change in self._changes.items()])
        self._db.executemany(CHANGE_TYPED, [(*key, *change) for key, change in self._typed.items()])
        self._db.executemany(GONE, [(id,) for id, (count, _, _) in self._changes.items() if count < 0])
        self._db.executemany(GONE_TYPED, [key for key, (count, _, _) in self._typed.items() if count < 0])

    def _count(self, id: int, by: int, cost: int | None, typed: Typed) -> None:
        known, unknown = (by * cost, 0) if cost is not None else (0, by)
        for change in (self._changes[id], *(self._typed[id, *each] for each in typed)):
            change[0] += by
            change[1] += known
            change[2] += unknown
