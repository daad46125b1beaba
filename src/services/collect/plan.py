"""Sync: plan which scopes to collect (pure), then collect them side by side."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from errors import CantAssume, Closed, CollectError, PoloError
from services.cloud.errors import one_line
from services.cloud.tally import Tally, counting
from services.collect.continued import OutOfTime
from services.data_service import Collected
from services.models.kit.base import Document, Resource, ResourceType, Source
from services.models.kit.error_codes import DENIED
from services.models.kit.lost import listening, with_lost
from services.models.kit.lost import told as lost_parts
from services.models.kit.parallel import spread
from services.models.kit.scope import GLOBAL, Account, Scope
from services.models.kit.tagging import ACTION as TAGS

MARQO = Account("marqo", "Marqo Cloud")
PATIENCE = 90.0  # seconds without an answer: three of botocore's read timeouts
NO_TYPES: Mapping[str, ResourceType] = {}
Collect = Callable[[Scope], Iterable[Resource]]
Clock = Callable[[], float]  # seconds
Known = Callable[[Scope], Iterable[Document]]  # what is stored of a scope


def nothing_known(scope: Scope) -> Iterable[Document]:
    """As of a scope that was never collected."""
    return ()


class Way(Protocol):
    """A way into an account: services.cloud.aws.Aws."""

    def account(self) -> Account: ...

    def regions(self) -> tuple[str, ...]: ...

    def source(self, region: str) -> Source: ...


def regions_of(way: Way, wanted: Sequence[str]) -> tuple[str, ...]:
    """The regions enabled in the account; those wanted where its credentials may not list them.

    Raises CollectError, and where it may not and none was named, how to do without.
    """
    try:
        return way.regions()
    except CollectError as error:
        if not wanted or error.code not in DENIED or isinstance(error, CantAssume):
            raise
        return tuple(sorted(set(wanted)))


@dataclass(frozen=True)
class Target:
    """An account and the regions to look at."""

    account: Account
    regions: tuple[str, ...]


def plan(types: Iterable[ResourceType], targets: Sequence[Target]) -> tuple[Scope, ...]:
    """Regional types once per region, global ones once per account, Marqo once.

    Type by type, so that each is complete early; within one, the accounts take turns.
    """
    return tuple(scope for kind in types for scope in _scopes(kind, targets))


def _scopes(kind: ResourceType, targets: Sequence[Target]) -> list[Scope]:
    if kind.scope == "marqo":
        return [Scope(MARQO.id, GLOBAL, kind.name)]
    if kind.scope == "global":
        return [Scope(target.account.id, GLOBAL, kind.name) for target in targets]
    regions = sorted({region for target in targets for region in target.regions})
    return [
        Scope(target.account.id, region, kind.name)
        for region in regions
        for target in targets
        if region in target.regions
    ]


PAGE = 100  # of a call whose type names no page size
TO_REACH = 2  # calls for an account: who it is, and its regions


def calls_of(kind: ResourceType, count: int) -> int:
    """About how many calls a scope with so many resources takes (pure).

    A page at least; where there is something, a sweep of tags, and each further action once a resource.
    """
    pages = max(1, math.ceil(count / (kind.call.page_size or PAGE)))
    if not count:
        return pages
    further = len(set(kind.actions) - {TAGS}) - 1
    return pages + (TAGS in kind.actions) + max(0, further) * count


def estimate(
    scopes: Iterable[Scope], types: Mapping[str, ResourceType], counts: Mapping[Scope, int], accounts: int
) -> int:
    """About how many calls a plan takes; counts: resources of the scopes that were collected before."""
    return TO_REACH * accounts + sum(calls_of(types[scope.type], counts.get(scope, 0)) for scope in scopes)


def run(
    scopes: Sequence[Scope],
    collect: Collect,
    *,
    generation: int,
    workers: int,
    types: Mapping[str, ResourceType] = NO_TYPES,
    clock: Clock = time.monotonic,
    patience: float = PATIENCE,
    known: Known = nothing_known,
) -> Iterator[Collected]:
    """Yield each scope's attempt as it ends, in the caller's thread; a failed one says why.

    generation: milliseconds since 1970 at the start. Leaving the loop stops the work. A scope that has had no
    answer for `patience` seconds fails, and the others go on: a page that takes long is waited for.
    """
    tallies: dict[Scope, Tally] = {}

    def given_up(scope: Scope, seconds: float) -> Collected | None:
        tally = tallies.get(scope)
        if tally is None or time.monotonic() - tally.heard < patience:
            return None
        service = types[scope.type].call.service if scope.type in types else scope.type
        error = f"{service} has not answered for {patience:.0f} s: given up. Way out: inv sync again, later"
        return Collected(scope, generation, None, error, round(seconds, 3), tally.calls, tally.throttles)

    work = partial(attempt, collect, generation=generation, clock=clock, tallies=tallies, known=known)
    return spread(work, scopes, workers, given_up)


def attempt(
    collect: Collect,
    scope: Scope,
    *,
    generation: int,
    clock: Clock,
    tallies: dict[Scope, Tally] | None = None,
    known: Known = nothing_known,
) -> Collected:
    """Collect one scope; raises only OutOfTime. tallies: gets the scope's, for whoever watches it.

    known: what is stored, of which it keeps the parts that could not be listed.
    """
    started = clock()
    resources, error, closed = None, "", False
    with counting() as tally, listening() as lost:
        if tallies is not None:
            tallies[scope] = tally
        try:
            resources = tuple(resource.to_json() for resource in collect(scope))
            if lost:
                resources, error = with_lost(lost, resources, known(scope)), lost_parts(lost)
        except OutOfTime:
            raise
        except PoloError as refused:
            error, closed = str(refused), isinstance(refused, Closed)
        except Exception as unexpected:
            error = one_line(f"{type(unexpected).__name__}: {unexpected}")
    seconds = round(clock() - started, 3)
    return Collected(scope, generation, resources, error, seconds, tally.calls, tally.throttles, closed)
