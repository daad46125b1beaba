"""A DataService in memory, for tests whose subject is not the storage."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from services.daily_store import Fetched, Known, updated
from services.data_service import Collected, decide
from services.models.domain.daily import Daily
from services.models.kit.base import Document
from services.models.kit.change import Change
from services.models.kit.scope import Account, Scope, ScopeHead
from services.store.dynamo_answers import packed, unpacked


class MemoryDaily:
    def __init__(self) -> None:
        self.known: dict[Scope, Known] = {}
        self.days: dict[Scope, date] = {}
        self._lock = threading.Lock()

    def of(self, account: str, type: str = "", region: str = "") -> Iterator[tuple[Scope, Known]]:
        for scope, known in sorted(self.known.items()):
            if scope.account == account and type in ("", scope.type) and region in ("", scope.region):
                yield scope, known

    def one(self, scope: Scope, id: str) -> Daily | None:
        return self.known.get(scope, {}).get(id)

    def asked(self, account: str) -> dict[Scope, date]:
        return {scope: day for scope, day in self.days.items() if scope.account == account}

    def keep(self, found: Iterable[Fetched], today: date) -> None:
        with self._lock:
            for each in found:
                self.known[each.scope] = updated(self.known.get(each.scope, {}), each, today)
                self.days[each.scope] = each.day


class MemoryAnswers:
    """A services.collect.kept_answers.AnswerStore that packs what it keeps as the table does."""

    def __init__(self) -> None:
        self.bodies: dict[tuple[Scope, int], list[bytes]] = {}

    def read(self, scope: Scope, generation: int) -> dict[str, Any]:
        bodies = self.bodies.get((scope, generation), ())
        return {key: answer for body in bodies for key, answer in unpacked(body).items()}

    def add(self, scope: Scope, generation: int, answers: Mapping[str, Any]) -> None:
        self.bodies.setdefault((scope, generation), []).extend(packed([*answers.items()]))


NO_CLOCK = 2**62  # to which no generation is from the future


class MemoryDataService:
    def __init__(self) -> None:
        self.known: dict[Scope, ScopeHead] = {}
        self.held: dict[Scope, tuple[Document, ...]] = {}
        self.names: dict[str, str] = {}
        self.attempts: list[Collected] = []
        self.history: list[Change] = []
        self.daily = MemoryDaily()
        self._lock = threading.Lock()

    def accounts(self) -> tuple[Account, ...]:
        return tuple(Account(id, name) for id, name in sorted(self.names.items()))

    def heads(self, account: str | None = None) -> tuple[ScopeHead, ...]:
        with self._lock:
            found = sorted(self.known.items())
        return tuple(head for scope, head in found if account in (None, scope.account))

    def resources(self, scope: Scope) -> Iterator[Document]:
        yield from self.held.get(scope, ())

    def replace_scope(self, collected: Collected) -> ScopeHead:
        with self._lock:
            self.attempts.append(collected)
            head, replaces = decide(self.known.get(collected.scope), collected, NO_CLOCK)
            self.known[collected.scope] = head
            if replaces:
                self.held[collected.scope] = collected.resources or ()
            return head

    def changes(self, *_: datetime, **__: Any) -> Iterator[Change]:
        yield from self.history

    def name_accounts(self, accounts: Iterable[Account]) -> None:
        self.names.update({account.id: account.name for account in accounts})
