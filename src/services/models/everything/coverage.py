"""Coverage: how the scopes behind a list were collected, so that an empty list says why it is empty."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.models.everything.query import NONE
from services.models.everything.schema import CLOSED, GENERATION, STATUS
from services.models.kit.closed import RESOURCE, ClosedScopes, Spot, closed_scopes
from services.models.kit.scope import GLOBAL, METRICS, ScopeHead
from services.models.kit.values import iso

REASONS = 20  # failing scopes that are named
COUNTED = f"""
SELECT count(*), coalesce(sum({STATUS} = 'error'), 0), coalesce(sum({STATUS} = 'held'), 0),
    coalesce(sum({GENERATION} = 0 AND NOT {CLOSED}), 0), coalesce(sum({CLOSED}), 0),
    min({GENERATION}) FILTER (WHERE {STATUS} = 'ok' AND {GENERATION} > 0)
FROM scopes WHERE """
TROUBLED = f"SELECT head FROM scopes WHERE {STATUS} IN ('error', 'held') AND "
SPOTS = f"""
SELECT account, region, count(*), sum({CLOSED}), sum({CLOSED} AND {GENERATION} = 0),
    sum({CLOSED} AND instr(json_extract(head, '$.error'), '{RESOURCE}') > 0)
FROM scopes WHERE """


@dataclass(frozen=True)
class Coverage:
    """scopes: all of them. failing, held: whose last attempt failed, or waits for a second run to agree.

    never: that were never collected. collected: the oldest collection of those that are well, ISO 8601, UTC;
    None when none is. troubled: heads of those that failed or are held back, REASONS at most. closed: those
    that a policy of the organisation lets nobody see, which are neither failing nor never collected.
    """

    scopes: int = 0
    failing: int = 0
    held: int = 0
    never: int = 0
    collected: str | None = None
    troubled: tuple[ScopeHead, ...] = ()
    closed: ClosedScopes = ClosedScopes()

    @property
    def nothing(self) -> bool:
        """Whether nothing was ever collected: an empty list then says nothing of the accounts."""
        return self.never + self.closed.never == self.scopes

    @property
    def open(self) -> int:
        """The scopes that can be seen."""
        return self.scopes - self.closed.scopes

    def unknown(self, all: int) -> bool:
        """Whether an empty list says nothing: nothing was collected of what it is about.

        all: how many there are without its filters; one of an account that nobody knows matches nothing.
        """
        return self.nothing and (self.scopes > 0 or not all)

    def to_json(self) -> dict[str, Any]:
        reasons = [
            {
                "account": head.scope.account,
                "region": head.scope.region,
                "type": head.scope.type,
                "status": head.status,
                "error": head.error,
            }
            for head in self.troubled
        ]
        counts = {name: getattr(self, name) for name in ("scopes", "failing", "held", "never", "collected")}
        return counts | {"closed": self.closed.scopes, "reasons": reasons}


def coverage(db: sqlite3.Connection, type: str | None, filters: Mapping[str, tuple[str, ...]]) -> Coverage:
    """Of the scopes that a list of this type (None: all) with these filters shows resources of.

    Other filters than type, account and region ask for a part of what a scope holds.
    """
    where, values = ["type <> ?"], [METRICS]
    wanted = {name: filters.get(name, ()) for name in ("type", "account", "region")}
    if type:
        wanted["type"] = (type,)
    if wanted["region"]:  # what is collected globally has regions of its own
        wanted["region"] = (*(GLOBAL if each == NONE else each for each in wanted["region"]), GLOBAL)
    for name, chosen in wanted.items():
        if chosen:
            where.append(f"{name} IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(chosen))
    condition = " AND ".join(where)
    scopes, failing, held, never, shut, oldest = db.execute(COUNTED + condition, values).fetchone()
    order = " ORDER BY account, region, type LIMIT ?"
    heads = db.execute(TROUBLED + condition + order, (*values, REASONS)) if failing or held else ()
    troubled = tuple(ScopeHead.from_json(json.loads(head)) for (head,) in heads)
    spots = db.execute(f"{SPOTS}{condition} GROUP BY account, region", values) if shut else ()
    closed = closed_scopes(Spot(*spot) for spot in spots)
    return Coverage(scopes, failing, held, never, iso(oldest), troubled, closed)
