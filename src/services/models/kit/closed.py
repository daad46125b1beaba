"""Closed scopes: what a policy of the organisation lets nobody in the account see, apart from failures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from services.models.kit.scope import GLOBAL, ScopeHead

RESOURCE = "resource control policy"  # as AWS's text names it
SERVICE = "service control policy"


class Spot(NamedTuple):
    """The scopes of one account and region: all of them, and of those that are closed how many were never
    collected, and how many a resource control policy closes."""

    account: str
    region: str
    scopes: int
    closed: int
    never: int
    resource: int


@dataclass(frozen=True)
class ClosedScopes:
    """scopes: all that are closed. never: of these, those that were never collected.

    regions: in which every scope of an account is closed, each counted once; in so many accounts.
    rest: closed scopes of other regions.
    policy: the kind that closes them, with its article.
    """

    scopes: int = 0
    never: int = 0
    regions: int = 0
    accounts: int = 0
    rest: int = 0
    policy: str = ""

    @property
    def words(self) -> str:
        """ "15 regions are closed by a service control policy"; "" for none."""
        if not self.scopes:
            return ""
        where = f" in {self.accounts} accounts" if self.accounts > 1 else ""
        parts = (f"{_many(self.regions, 'region')}{where}", _many(self.rest, "scope"))
        named = [part for part, count in zip(parts, (self.regions, self.rest), strict=True) if count]
        one = self.regions + self.rest == 1
        return f"{' and '.join(named)} {'is' if one else 'are'} closed by {self.policy}"


def closed_scopes(spots: Iterable[Spot]) -> ClosedScopes:
    """The sum over accounts and regions."""
    found = [spot for spot in spots if spot.closed]
    whole = [spot for spot in found if spot.closed == spot.scopes and spot.region != GLOBAL]
    scopes, inside = sum(spot.closed for spot in found), sum(spot.closed for spot in whole)
    resource = sum(spot.resource for spot in found)
    policy = f"a {RESOURCE if resource else SERVICE}"
    if 0 < resource < scopes:
        policy = "policies of the organisation"
    return ClosedScopes(
        scopes,
        sum(spot.never for spot in found),
        len({spot.region for spot in whole}),
        len({spot.account for spot in whole}),
        scopes - inside,
        policy,
    )


def spots_of(heads: Iterable[ScopeHead]) -> list[Spot]:
    """The spots of these scopes."""
    found: dict[tuple[str, str], list[ScopeHead]] = defaultdict(list)
    for head in heads:
        found[head.scope.account, head.scope.region].append(head)
    return [_spot(account, region, heads) for (account, region), heads in found.items()]


def _spot(account: str, region: str, heads: list[ScopeHead]) -> Spot:
    closed = [head for head in heads if head.status == "closed"]
    never = sum(not head.generation for head in closed)
    return Spot(
        account, region, len(heads), len(closed), never, sum(RESOURCE in head.error for head in closed)
    )


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
