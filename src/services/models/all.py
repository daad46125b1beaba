"""Everything: the read model. All resources and scopes in one SQLite database, built from a DataService.

It is told what changed and calls nobody. Lists, any-column sort, facets, substring search and totals are
queries on it.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from bisect import bisect_left
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

from services.models.everything.collections import MOST, Collected, Collections
from services.models.everything.counts import SUMS, Summary, summary
from services.models.everything.coverage import Coverage, coverage
from services.models.everything.history import History
from services.models.everything.query import FACETS, Detail, Group, Page, Query, Row, Totals
from services.models.everything.rows import all_rows, rows
from services.models.everything.schema import CLOSED, GENERATION, READ_PRAGMAS, STATUS
from services.models.everything.sql import ROW, exact_words
from services.models.kit.base import Document, Resource
from services.models.kit.bounds import bounded
from services.models.kit.gap import Gap
from services.models.kit.scope import Key, Scope, ScopeHead

ROWS = f"SELECT {ROW} FROM resources r CROSS JOIN totals t ON t.id = r.totals"
BLOCK = "SELECT first, last, body FROM blocks WHERE first <= ? ORDER BY first DESC LIMIT 1"
MEMBERS = """
SELECT key FROM resources WHERE totals IN (
    SELECT t.id FROM scopes s JOIN totals t ON t.scope = s.id
    WHERE s.account = ? AND s.region = ? AND s.type = ?)
"""
ACCOUNTS = "SELECT id, name FROM accounts ORDER BY name COLLATE NOCASE, id"
HEADS = "SELECT head FROM scopes ORDER BY account, region, type"
COLLECTED = f"""
SELECT account, type, count(*), sum({STATUS} = 'error'), sum({STATUS} = 'held'),
    coalesce(min({GENERATION}) FILTER (WHERE NOT {CLOSED}), 0),
    min({GENERATION}) FILTER (WHERE {GENERATION} > 0), sum({CLOSED})
FROM scopes GROUP BY account, type ORDER BY account, type
"""
TROUBLED = (
    f"SELECT head FROM scopes WHERE {STATUS} IN ('error', 'held') ORDER BY account, region, type LIMIT ?"
)
FRESH = f"SELECT {GENERATION} FROM scopes WHERE {STATUS} = 'ok' ORDER BY 1"
OPEN = f"SELECT count(*) FROM scopes WHERE NOT {CLOSED}"
REMEMBERED = 256  # answers
COMMON = frozenset(field.name for field in fields(Resource))  # what every resource has refers to nothing
T = TypeVar("T")
FOUND = """
SELECT r.key - b.first, b.body, s.head
FROM resources r CROSS JOIN totals t ON t.id = r.totals JOIN scopes s ON s.id = t.scope
JOIN blocks b ON b.first = (SELECT max(first) FROM blocks WHERE first <= r.key)
WHERE r.id = ? AND t.type = ? AND t.account = ? AND t.region = ?
"""


class Everything:
    """One estate, read only (see `writer` for how it is made). Each thread has its own connection."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._known: dict[Hashable, Any] = {}

    @property
    def _db(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
            connection.executescript(READ_PRAGMAS)
            self._local.connection = connection
        return connection

    @property
    def demo(self) -> bool:
        """Whether this is the demo estate."""
        row = self._db.execute("SELECT value FROM meta WHERE name = 'demo'").fetchone()
        return bool(row and row[0])

    def gaps(self) -> tuple[Gap, ...]:
        """The scopes that could not be read; of these it has what was read before, and an error as head."""
        return self._once("gaps", self._gaps)

    def accounts(self) -> dict[str, str]:
        """Account id -> name, by name."""
        return self._once("accounts", lambda: dict(self._db.execute(ACCOUNTS).fetchall()))

    def heads(self) -> tuple[ScopeHead, ...]:
        """The head of every scope."""
        return self._once("heads", self._heads)

    def _heads(self) -> tuple[ScopeHead, ...]:
        texts = ",".join(text for (text,) in self._db.execute(HEADS))  # parsed at once: a third of the time
        return tuple(map(ScopeHead.from_json, json.loads(f"[{texts}]")))

    @property
    def history(self) -> History:
        """What appeared, vanished and changed, as far as this database has it."""
        return History(lambda: self._db)

    def known(self, keys: Collection[Key]) -> frozenset[Key]:
        """Those of the resources that are there."""
        ids = sorted({key.id for key in keys})
        found = self._db.execute(
            "SELECT t.type, t.account, t.region, r.id FROM resources r CROSS JOIN totals t ON t.id = r.totals"
            f" WHERE r.id IN ({', '.join('?' * len(ids))})",
            ids,
        )
        return frozenset(Key(*row) for row in found) & frozenset(keys)

    def collections(self) -> Collections:
        """How the collection of every account and type went."""
        return self._once("collections", self._collections)

    def _collections(self) -> Collections:
        parts = tuple(Collected(*row) for row in self._db.execute(COLLECTED))
        troubled = self._db.execute(TROUBLED, (MOST,))
        return Collections(parts, tuple(ScopeHead.from_json(json.loads(head)) for (head,) in troubled))

    def collected_types(self) -> frozenset[str]:
        """The resource types of which at least one scope was collected."""
        return frozenset(part.type for part in self.collections().parts if part.good)

    def coverage(self, type: str | None, filters: Mapping[str, tuple[str, ...]]) -> Coverage:
        """How the scopes behind a list of this type (None: all types) with these filters were collected."""
        scoped = {name: filters[name] for name in ("type", "account", "region") if name in filters}
        key = ("coverage", type, tuple(sorted(scoped.items())))
        return self._once(key, lambda: coverage(self._db, type, scoped))

    def freshness(self, since: int) -> tuple[int, int, int | None]:
        """Scopes collected well since that generation, all scopes, and the oldest of those collected well.

        What a policy of the organisation closes is none of them.
        """
        good, count = self._once("freshness", self._collected_well)
        return len(good) - bisect_left(good, since), count, good[0] if good else None

    def _collected_well(self) -> tuple[list[int], int]:
        """The generations of the scopes that are well, the oldest first, and how many scopes there are."""
        (count,) = self._db.execute(OPEN).fetchone()
        return [generation for (generation,) in self._db.execute(FRESH)], count

    def page(self, query: Query) -> Page:
        """One page of a list, with its totals and facets. Raises TooBroad."""
        with bounded(self._db, self.totals().count):
            known = self._summary(query)
            found = tuple(rows(self._db, self._with_exact(query), known))
        return Page(query, found, known.totals, known.all, known.facets, known.about)

    def rows(self, query: Query) -> Iterator[Row]:
        """All rows of a list, in its order: what CSV exports. Raises TooBroad."""
        every = self.totals().count
        with bounded(self._db, every):
            count = self._summary(query).totals.count
        with bounded(self._db, every, exported=count):
            yield from all_rows(self._db, self._with_exact(query))

    def _summary(self, query: Query) -> Summary:
        chosen = tuple(sorted(query.filters.items()))
        key = (query.type, query.text, chosen)
        return self._once(key, lambda: summary(self._db, self._with_exact(query)))

    def _with_exact(self, query: Query) -> Query:
        words = query.text and self._once(("exact", query.text), lambda: exact_words(self._db, query))
        return replace(query, exact=words) if words else query

    def totals(self) -> Totals:
        """Of the whole estate."""
        sql = f"SELECT {SUMS} FROM totals"
        return self._once("totals", lambda: Totals(*self._db.execute(sql).fetchone()))

    def groups(self, field: str) -> tuple[Group, ...]:
        """Totals by one of FACETS, largest first."""
        if field not in FACETS:
            raise ValueError(field)
        sql = f"SELECT coalesce({field}, ''), {SUMS} FROM totals GROUP BY 1 ORDER BY 2 DESC, 1"
        return self._once(
            field, lambda: tuple(Group(value, Totals(*sums)) for value, *sums in self._db.execute(sql))
        )

    def newest(self, count: int) -> tuple[Row, ...]:
        """The resources created last."""
        newest = "SELECT key FROM resources WHERE created IS NOT NULL ORDER BY created DESC LIMIT ?"
        found = self._db.execute(f"{ROWS} WHERE r.key IN ({newest}) ORDER BY r.created DESC", (count,))
        return tuple(Row(*row) for row in found)

    def documents(self, scope: Scope) -> Iterator[bytes]:
        """The stored JSON of each resource of the scope."""
        keys = sorted(key for (key,) in self._db.execute(MEMBERS, (scope.account, scope.region, scope.type)))
        last, lines = 0, []
        for key in keys:
            if key > last:
                first, last, body = self._db.execute(BLOCK, (key,)).fetchone()
                lines = zlib.decompress(body).split(b"\n")
            yield lines[key - first]

    def detail(self, type: str, account: str, region: str, id: str) -> Detail | None:
        """One resource with what it refers to; None if there is no such."""
        found = self._db.execute(FOUND, (id, type, account, region)).fetchone()
        if found is None:
            return None
        place, block, head = found
        document = json.loads(zlib.decompress(block).split(b"\n")[place])
        return Detail(document, ScopeHead.from_json(json.loads(head)), self._related(document))

    def _related(self, document: Document) -> tuple[Row, ...]:
        ids = sorted(_references(document))[:200]
        marks = ", ".join("?" * len(ids))
        found = self._db.execute(
            f"{ROWS} WHERE r.id IN ({marks}) AND t.account = ? ORDER BY t.type, r.name LIMIT 50",
            (*ids, document["account"]),
        )
        return tuple(row for row in (Row(*each) for each in found) if row.id != document["id"])

    def _gaps(self) -> tuple[Gap, ...]:
        row = self._db.execute("SELECT value FROM meta WHERE name = 'gaps'").fetchone()
        return tuple(Gap(Scope(*scope), *why) for scope, *why in json.loads(row[0])) if row else ()

    def _once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` answers, remembered: the file under this Everything never changes."""
        known = self._known  # threads share it; each works on the one that it saw
        if key not in known:
            if len(known) >= REMEMBERED:
                known = self._known = {}
            known[key] = make()
        made: T = known[key]
        return made


def _references(document: Document) -> Iterator[str]:
    """Every string among the typed fields: those that are ids of other resources make the relations."""
    for name, value in document.items():
        if name not in COMMON:
            values: Iterable[object] = value if isinstance(value, list) else (value,)
            yield from (each for each in values if isinstance(each, str) and each)
