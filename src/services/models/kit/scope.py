"""Scope: the unit of collection, and what is known of its last one."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal, NamedTuple, Self

from services.models.kit.values import Item

GLOBAL = "global"  # region of scopes that an API answers once per account
SKEW = 3600 * 1000  # milliseconds that clocks may differ; what is further ahead is from the future
METRICS = "metrics"  # type of the scope that an account's daily values are; it holds no resources


class Scope(NamedTuple):
    """The unit of collection, of success and failure, and of freshness."""

    account: str
    region: str
    type: str


class Key(NamedTuple):
    """Which resource; region is its own, which in a global scope differs from the scope's."""

    type: str
    account: str
    region: str
    id: str


def key_of(document: Item) -> Key:
    """The key of a stored document."""
    return Key(*(str(document[name]) for name in Key._fields))


@dataclass(frozen=True)
class Account:
    id: str  # 12 digits; "marqo" for Marqo Cloud
    name: str


ScopeStatus = Literal["ok", "error", "held", "closed"]
CLOSED: ScopeStatus = "closed"


@dataclass(frozen=True)
class ScopeHead:
    """What is known of a scope's last collection.

    generation: number (milliseconds since 1970 at its start) of the last complete collection, 0 for none.
    attempted: the same of the last attempt, complete or not. error: of an "ok" one, which parts of it are as
    they were before. status: "held" when a steep fall waits for a
    second run to agree; held_count is what that run counted; "closed" when a policy of the organisation lets
    nobody in the account see it. seconds: duration of the last attempt. calls, throttles: requests it sent,
    and those that were refused as too many; None where nobody has counted.
    """

    scope: Scope
    generation: int = 0
    attempted: int = 0
    status: ScopeStatus = "ok"
    count: int = 0
    error: str = ""
    seconds: float = 0.0
    held_count: int | None = None
    calls: int | None = None
    throttles: int | None = None

    @property
    def troubled(self) -> bool:
        """Whether the last attempt failed or is held back; what is closed can't be had, and is no failure."""
        return self.status in ("error", "held")

    def to_json(self) -> dict[str, Any]:
        """As it is stored: the release before knows no closed scope, and refuses what it does not know."""
        rest = {name: getattr(self, name) for name in HEAD_FIELDS}
        closed = {"status": "error", "closed": True} if self.status == CLOSED else {}
        scope = {"account": self.scope.account, "region": self.scope.region, "type": self.scope.type}
        return {**scope, **rest, **closed}

    def shown(self) -> dict[str, Any]:
        """As it is answered."""
        return self.to_json() | {"status": self.status}

    @classmethod
    def from_json(cls, document: Item) -> Self:
        scope = Scope(document["account"], document["region"], document["type"])
        values = {name: document[name] for name in HEAD_FIELDS if name in document}
        return cls(scope=scope, **values | stored_status(document))


HEAD_FIELDS = tuple(each.name for each in fields(ScopeHead) if each.name != "scope")


def stored_status(document: Item) -> dict[str, ScopeStatus]:
    """What replaces the status in a stored head, see ScopeHead.to_json; nothing in most."""
    return {"status": CLOSED} if document.get("closed") is True else {}


def from_future(generation: int, now: int) -> bool:
    """Whether the clock that stamped it was wrong. Both: milliseconds since 1970."""
    return generation > now + SKEW
