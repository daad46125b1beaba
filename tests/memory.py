"""A DataService in memory, for tests whose subject is not the storage."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from services.data_service import Collected, decide
from services.models.base import Document
from services.models.change import Change
from services.models.scope import Account, Scope, ScopeHead


class MemoryDataService:
    def __init__(self) -> None:
        self.known: dict[Scope, ScopeHead] = {}
        self.held: dict[Scope, tuple[Document, ...]] = {}
        self.names: dict[str, str] = {}
        self.attempts: list[Collected] = []
        self._lock = threading.Lock()

    def accounts(self) -> tuple[Account, ...]:
        return tuple(Account(id, name) for id, name in sorted(self.names.items()))

    def heads(self) -> tuple[ScopeHead, ...]:
        with self._lock:
            return tuple(head for _, head in sorted(self.known.items()))

    def resources(self, scope: Scope) -> Iterator[Document]:
        yield from self.held.get(scope, ())

    def replace_scope(self, collected: Collected) -> ScopeHead:
        with self._lock:
            self.attempts.append(collected)
            head, replaces = decide(self.known.get(collected.scope), collected)
            self.known[collected.scope] = head
            if replaces:
                self.held[collected.scope] = collected.resources or ()
            return head

    def changes(self, *_: datetime, **__: Any) -> Iterator[Change]:
        yield from ()

    def name_accounts(self, accounts: Iterable[Account]) -> None:
        self.names.update({account.id: account.name for account in accounts})
