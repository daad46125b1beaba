"""To collect again what somebody has asked for: the port that the console asks through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from errors import PoloError
from services.models.kit.scope import Account, Scope, ScopeHead


class Busy(PoloError):
    status = 409
    title = "That is being collected already"


class CantCollect(PoloError):
    status = 409
    title = "Nothing can be collected here"


class Collector(Protocol):
    """Every method may raise PoloError."""

    def refusal(self) -> str:
        """Why nothing can be collected from here, and what to do instead; "" when it can."""
        ...

    def covers(self, types: Iterable[str]) -> tuple[str, ...]:
        """The resource types that are collected when these are asked for."""
        ...

    def heads(self, account: str) -> tuple[ScopeHead, ...]:
        """The account's scopes as they are now."""
        ...

    def ask(self, account: Account, scopes: Sequence[Scope]) -> None:
        """Have these scopes of the account collected; does not wait for it. Raises Busy, CantCollect.

        They are all that is collected: those that share a job with them are among them (`covers`).
        """
        ...

    def at_work(self, asked: float) -> bool:
        """Whether what was asked for then (seconds since 1970) may still come."""
        ...

    def under_way(self) -> str:
        """What is being collected, if nothing else can be asked for meanwhile."""
        ...

    def trouble(self) -> str:
        """How the last one ended, if it did not end well."""
        ...
