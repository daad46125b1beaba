"""DataService over a DynamoDB table: one head a scope, whose flip shows the next generation at once."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from errors import PoloError
from services.data_service import Collected, decide
from services.models.kit.base import Document
from services.models.kit.change import Change
from services.models.kit.parallel import spread
from services.models.kit.scope import Account, Scope, ScopeHead
from services.models.kit.scope import Key as ResourceKey
from services.store.dynamo_daily import DynamoDaily
from services.store.dynamo_items import CLOCK, Record, changes_of, history_pk, scope_of, stamp
from services.store.dynamo_scopes import DynamoScopes, place_of
from services.store.dynamo_table import Table
from services.store.parts import lines

READERS = 8  # threads over accounts


@dataclass(frozen=True)
class Tick:
    """The clock of an account: `value` differs whenever a head has changed. name: "" for none."""

    value: str = ""
    name: str = ""


class DynamoDataService:
    """May be used by many threads and many processes at once; no write needs a lock."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.daily = DynamoDaily(table)
        self._scopes = DynamoScopes(table)

    def accounts(self) -> tuple[Account, ...]:
        return tuple(Account(id, tick.name) for id, tick in self.clock().items() if tick.name)

    def clock(self) -> dict[str, Tick]:
        """Account -> its clock: the one thing that readers poll."""
        found = self.table.query(CLOCK)
        return {item["sk"]: Tick(item.get("tick", ""), item.get("name", "")) for item in found}

    def heads(self, account: str | None = None) -> tuple[ScopeHead, ...]:
        accounts = tuple(self.clock()) if account is None else (account,)
        return tuple(record.head for record in self.records(accounts))

    def records(self, accounts: Sequence[str]) -> list[Record]:
        """The scope heads of these accounts as stored, by scope; without those that can't be read."""
        return self.scan(accounts)[0]

    def scan(self, accounts: Sequence[str]) -> tuple[list[Record], dict[Scope, PoloError]]:
        """The same, and why of some scopes the head can't be read."""
        odd: dict[Scope, PoloError] = {}

        def of_account(account: str) -> list[Record]:
            found = []
            for item in self.table.query(f"SCOPE#{account}"):
                try:
                    found.append(Record.from_item(item))
                except PoloError as error:
                    odd[scope_of(item)] = error
            return found

        found = [record for records in spread(of_account, accounts, READERS) for record in records]
        return sorted(found, key=lambda record: record.head.scope), odd

    def resources(self, scope: Scope) -> Iterator[Document]:
        for line in self.lines(scope)[1]:
            yield json.loads(line)

    def lines(self, scope: Scope) -> tuple[Record | None, Iterator[bytes]]:
        """The head as stored, and the JSON of each resource of its generation, sorted by id.

        Raises LostParts, also while the JSON is read.
        """
        found = self._scopes.read(scope)
        if found is None:
            return None, iter(())
        head, bodies = found
        return Record.from_item(head), lines(place_of(scope), head, bodies)

    def replace_scope(self, collected: Collected) -> ScopeHead:
        while True:
            found = self._scopes.healed(collected.scope)
            known = found or Record(ScopeHead(collected.scope))
            head, replaces = decide(known.head, collected, int(self.table.now() * 1000))
            if head == known.head:
                return head
            if found is None:
                self._scopes.bump(head.scope.account)  # the account is known before its first head
            if self._scopes.write(known, head, collected, replaces):
                return head

    def name_accounts(self, accounts: Iterable[Account]) -> None:
        known = self.clock()
        for account in accounts:
            if known.get(account.id, Tick()).name != account.name:
                self._scopes.bump(account.id, name=account.name)

    def changes(
        self,
        since: datetime,
        until: datetime,
        account: str | None = None,
        resource: ResourceKey | None = None,
    ) -> Iterator[Change]:
        first, end = (int(moment.replace(microsecond=0).timestamp()) * 1000 for moment in (since, until))
        between = stamp(max(0, first)), stamp(max(0, end - 1)) + "~"

        def of(pk: str) -> Iterator[Change]:
            for item in self.table.query(pk, between=between, newest_first=True):
                yield from changes_of(item)

        if resource:
            yield from of(history_pk(resource))
            return
        each = [of(f"H#{id}") for id in ([account] if account else self.clock())]
        yield from heapq.merge(*each, key=lambda change: change.at, reverse=True)
