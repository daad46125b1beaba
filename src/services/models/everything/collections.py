"""Collections: how they went, for each account and type: an organisation has a hundred thousand scopes."""

from __future__ import annotations

from dataclasses import dataclass

from services.models.kit.scope import ScopeHead

MOST = 200  # troubled scopes that are told one by one


@dataclass(frozen=True)
class Collected:
    """The scopes of one account and type: how many, and of how many the last attempt failed or was held back.

    oldest: the oldest generation among them, 0 when one was never collected. good: the oldest that is not 0.
    closed: those that a policy of the organisation lets nobody see; they have no part in `oldest`.
    """

    account: str
    type: str
    scopes: int
    failed: int
    held: int
    oldest: int
    good: int | None
    closed: int = 0


@dataclass(frozen=True)
class Collections:
    """troubled: the heads of scopes whose last attempt failed or was held back, MOST at most."""

    parts: tuple[Collected, ...] = ()
    troubled: tuple[ScopeHead, ...] = ()

    @property
    def scopes(self) -> int:
        """What a policy of the organisation closes is none of them."""
        return sum(part.scopes - part.closed for part in self.parts)
