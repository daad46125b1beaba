"""Where the pages get History from: of a local data file it is in Everything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from services.models.everything.history import History
from services.models.kit.change import Change
from services.models.kit.scope import Key
from services.read.estate_source import EstateSource


class HistorySource(Protocol):
    """Every method may raise PoloError."""

    def covering(self, first: str, last: str, accounts: Sequence[str]) -> tuple[History, str]:
        """History that has these days (UTC, both included) of these accounts, or of all when there are none.

        The text says what of it is missing, mostly nothing.
        """
        ...

    def of(self, key: Key, count: int) -> tuple[Change, ...]:
        """The last changes of one resource, newest first."""
        ...

    def lately(self, count: int) -> tuple[Change, ...] | None:
        """The last changes of all; None where that would take long."""
        ...


class EstateHistory:
    """All of it is at hand."""

    def __init__(self, estate: EstateSource) -> None:
        self._estate = estate

    def covering(self, first: str, last: str, accounts: Sequence[str]) -> tuple[History, str]:
        return self._estate.current().history, ""

    def of(self, key: Key, count: int) -> tuple[Change, ...]:
        return self._estate.current().history.of(key, count)

    def lately(self, count: int) -> tuple[Change, ...]:
        return self._estate.current().history.newest(count)
