"""Collections: how they went, for each account and type: an organisation has a hundred thousand scopes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from services.models.scope import ScopeHead

MOST = 200  # troubled scopes that are told one by one


@dataclass(frozen=True)
class Collected:
    """The scopes of one account and type: how many, and of how many the last attempt failed or was held back.

    oldest: the oldest generation among them, 0 when one was never collected. good: the oldest that is not 0.
    """

    account: str
    type: str
    scopes: int
    failed: int
    held: int
    oldest: int
    good: int | None


@dataclass(frozen=True)
class Collections:
    """troubled: the heads of scopes whose last attempt failed or was held back, MOST at most."""

    parts: tuple[Collected, ...] = ()
    troubled: tuple[ScopeHead, ...] = ()

    @property
    def scopes(self) -> int:
        return sum(part.scopes for part in self.parts)


def collections_of(heads: Iterable[ScopeHead]) -> Collections:
    """The same from the heads themselves."""
    groups: dict[tuple[str, str], list[ScopeHead]] = defaultdict(list)
    for head in heads:
        groups[head.scope.account, head.scope.type].append(head)
    every = [head for group in groups.values() for head in group]
    troubled = sorted((head for head in every if head.status != "ok"), key=lambda head: head.scope)
    return Collections(tuple(_part(*item) for item in sorted(groups.items())), tuple(troubled[:MOST]))


def _part(key: tuple[str, str], heads: list[ScopeHead]) -> Collected:
    states, generations = [head.status for head in heads], [head.generation for head in heads]
    good = min((generation for generation in generations if generation), default=None)
    return Collected(*key, len(heads), states.count("error"), states.count("held"), min(generations), good)
