"""DataService: the storage Protocol. One conformance suite runs against every implementation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from services.daily_store import DailyStore
from services.models.kit.base import Document
from services.models.kit.change import Change
from services.models.kit.scope import CLOSED, Account, Key, Scope, ScopeHead, ScopeStatus, from_future


@dataclass(frozen=True)
class Collected:
    """One attempt at a scope. resources: None when it failed, and `error` says why; beside resources, which
    parts of them are as they were before (see services.models.kit.lost).

    closed: whether it failed because a policy of the organisation lets nobody see it. calls, throttles: see
    services.cloud.tally; None when nobody has counted.
    """

    scope: Scope
    generation: int
    resources: tuple[Document, ...] | None
    error: str = ""
    seconds: float = 0.0
    calls: int | None = None
    throttles: int | None = None
    closed: bool = False


class DataService(Protocol):
    """Scopes and their resources. Every write is atomic: a reader sees one whole generation or the next."""

    @property
    def daily(self) -> DailyStore: ...

    def accounts(self) -> tuple[Account, ...]: ...

    def heads(self, account: str | None = None) -> tuple[ScopeHead, ...]: ...

    def resources(self, scope: Scope) -> Iterator[Document]:
        """The resources of the scope's current generation, sorted by id; none for an unknown scope."""
        ...

    def replace_scope(self, collected: Collected) -> ScopeHead:
        """Take over one attempt and answer the scope's head after it (see `decide`).

        Writes History from the difference to the generation before, and says of each resource since when
        its state is what it is.
        """
        ...

    def changes(
        self, since: datetime, until: datetime, account: str | None = None, resource: Key | None = None
    ) -> Iterator[Change]:
        """History from `since` to before `until` (whole seconds), newest first, 90 days back at most.

        A scope's first generation is none: Polo began to look. `resource` goes before `account`.
        """
        ...

    def name_accounts(self, accounts: Iterable[Account]) -> None:
        """Remember the names of accounts; an account that is not given keeps its name."""
        ...


STEEP_FALL = 20  # resources; a scope that had fewer may well lose more than half of them at once


def decide(head: ScopeHead | None, collected: Collected, now: int) -> tuple[ScopeHead, bool]:
    """The scope's head after an attempt, and whether its resources are to be replaced (pure).

    A failure keeps the old resources. An older generation never overwrites a newer one, unless that is from
    the future: then a clock was wrong, and the attempt counts. A fall of more than half and over 20 resources
    is held until a second run counts the same. now: milliseconds since 1970.
    """
    old = head or ScopeHead(collected.scope)
    if collected.generation <= old.attempted and not from_future(old.attempted, now):
        return old, False
    tried = replace(
        old,
        attempted=collected.generation,
        seconds=collected.seconds,
        calls=collected.calls,
        throttles=collected.throttles,
    )
    if collected.resources is None:
        status: ScopeStatus = CLOSED if collected.closed else "error"
        return replace(tried, status=status, error=collected.error), False
    count = len(collected.resources)
    steep = old.count - count > max(STEEP_FALL, old.count / 2)
    if steep and old.held_count != count:
        message = f"fell from {old.count} to {count} resources; kept until a second run agrees"
        return replace(tried, status="held", error=message, held_count=count), False
    return replace(
        tried,
        generation=collected.generation,
        status="ok",
        error=collected.error,
        count=count,
        held_count=None,
    ), True


def join(one: ScopeHead, other: ScopeHead, now: int) -> tuple[ScopeHead, bool]:
    """The head of two copies of a scope, and whether the resources are those of `other` (pure).

    The newest generation has the resources, the last attempt says how the scope stands. What is from the
    future is older than all that is not.
    """

    def age(generation: int) -> tuple[bool, bool, int]:
        return generation > 0, not from_future(generation, now), generation

    collected = max(one, other, key=lambda head: age(head.generation))
    tried = max(one, other, key=lambda head: age(head.attempted))
    return replace(tried, generation=collected.generation, count=collected.count), collected is other
