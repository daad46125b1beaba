"""How one scope is replaced in a DynamoDB table, so that readers see one whole generation or the next.

A replacement writes, in this order: parts under a pointer of their own; the head, if it is still the one
that was read (the flip); the clock, History, the resources' items, a ttl on parts that nobody reads any more;
last, in the head, up to which generation that is done. The next run repeats what was cut off after the flip.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.data_service import Collected
from services.models.kit.base import Document
from services.models.kit.scope import Scope, ScopeHead
from services.store.changes import HISTORY_DAYS, diff, fingerprint, with_state_since
from services.store.dynamo_items import (
    CLOCK,
    SCHEMA,
    UNKNOWN,
    Record,
    changes_of,
    documents_of,
    generation_of,
    hashes,
    head_key,
    history_items,
    history_sk,
    number_of,
    pack,
    parts_pk,
    resource_item,
    resource_sk,
    resources_pk,
    stamp,
)
from services.store.dynamo_table import Item, Table
from services.store.parts import LostParts, Parts, Place, lines, own

DAY = 24 * 3600  # seconds
PARTS_STAY = 2 * DAY  # after they were replaced: for readers that have begun
COLLECT_AGAIN = "collect it again, on the page of its scopes or with inv sync"
VOLATILE_STAYS = DAY * 1000  # milliseconds; what is volatile alone is rewritten no sooner


@dataclass(frozen=True)
class Before:
    """What a scope had before a flip; None when nobody knows. by_items: its items may be of another time.

    first: there was nothing before, as far as the items tell.
    """

    documents: list[Document] | None
    by_items: bool = False
    first: bool = False


class DynamoScopes:
    """Scope heads and their parts in one table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._parts = Parts(table)

    def record(self, scope: Scope) -> Record | None:
        item = self._table.get(head_key(scope))
        return Record.from_item(item) if item else None

    def read(self, scope: Scope) -> tuple[Item, list[bytes]] | None:
        """The head as stored, and the bodies of its parts. Raises LostParts."""
        return self._parts.read(place_of(scope))

    def healed(self, scope: Scope) -> Record | None:
        """The scope's record, once all that its flip called for is done."""
        while True:
            record = self.record(scope)
            if record is None or (record.applied == record.current and not record.doubt):
                return record
            new = self._documents(scope, record.current)
            if new is None:
                return record  # lost parts; the next flip brings new ones
            generation = generation_of(record.current)
            old = self._documents(scope, record.applied)
            before = Before(old) if old is not None else self._by_items(scope, generation)
            self._apply(record, before, new, self._others(record, generation))

    def write(self, known: Record, head: ScopeHead, collected: Collected, replaces: bool) -> bool:
        """Take the attempt over; False if the head is no longer `known`."""
        if not replaces:
            done = self._save(known, replace(known, head=head))
            if done:
                self.bump(head.scope.account)
            return done
        documents = collected.resources or ()
        rows, whole = hashes(documents)
        age = head.generation - generation_of(known.current)
        same = known.current and rows == known.rows and (whole == known.body or age < VOLATILE_STAYS)
        if same and self._parts.are_there(place_of(head.scope), {"current": known.current}):
            return self._save(known, replace(known, head=head))  # the common case: this one write
        return self._replace(known, replace(known, head=head, rows=rows, body=whole), documents)

    def _replace(self, known: Record, fresh: Record, documents: Sequence[Document]) -> bool:
        """Write parts, flip the head to them, and do what follows from that."""
        scope, generation = fresh.head.scope, fresh.head.generation
        place, before = place_of(scope), self._before(scope, known, generation)
        stale = self._others(known, generation)
        new = with_state_since(before.documents or (), documents, generation)
        fresh = replace(fresh, current=self._parts.put(place, pack(new), generation))
        expected = {"tried": known.head.attempted or None}
        if not self._parts.flip(place, fresh.current, fresh.to_item(), expected):
            self._parts.let_go(place, own(place, fresh.current))
            return False
        self._apply(fresh, before, new, stale)
        return True

    def bump(self, account: str, **values: str) -> None:
        self._table.update((CLOCK, account), {"tick": secrets.token_hex(8), **values})

    def _save(self, known: Record, record: Record) -> bool:
        """The head in one write, if nobody has tried the scope since it was read as `known`.

        An attempt is only ever decided upon when it is newer, so `tried` grows, and `gen` with it.
        """
        tried = known.head.attempted or None
        return self._parts.update(head_key(record.head.scope), record.to_item(), {"tried": tried})

    def _apply(self, record: Record, before: Before, new: list[Document], stale: list[Item]) -> None:
        """What follows a flip. May be done twice, and by two at once."""
        scope, generation = record.head.scope, generation_of(record.current)
        self.bump(scope.account)
        puts = self._history(record, before, new)
        compare = before.by_items or record.doubt or before.documents is None
        known = self._hashes(scope) if compare else _fingerprints(scope, before.documents or ())
        items = [resource_item(scope, document, generation) for document in new]
        puts += [item for item in items if known.get(item["sk"]) != item["h"]]
        gone = known.keys() - {item["sk"] for item in items}
        self._table.write(puts, [(resources_pk(scope), sk) for sk in sorted(gone)])
        self._parts.let_go(place_of(scope), stale)
        self._done(record)

    def _done(self, record: Record) -> None:
        expected = {"current": record.current, "applied": record.applied or None, "doubt": record.doubt}
        key = head_key(record.head.scope)
        if self._parts.update(key, {"applied": record.current, "doubt": ""}, expected):
            return
        now = self.record(record.head.scope)
        if now is not None and now.current != record.current:  # what the other wrote may be written over
            self._parts.update(key, {"doubt": secrets.token_hex(4)}, {"schema": SCHEMA})

    def _history(self, record: Record, before: Before, new: list[Document]) -> list[Item]:
        """None of a scope's first generation; where head or parts are lost, what nobody has written yet."""
        if before.documents is None or (before.first and not record.applied):
            return []
        scope, generation = record.head.scope, generation_of(record.current)
        changes = diff(before.documents, new, generation)
        first = 0
        if before.by_items and changes:
            written = list(self._table.query(f"H#{scope.account}", prefix=history_sk(scope, generation)))
            there = {(each.kind, each.key) for item in written for each in changes_of(item)}
            changes = [each for each in changes if (each.kind, each.key) not in there]
            first = max((number_of(item) for item in written), default=-1) + 1
        ttl = int(self._table.now()) + HISTORY_DAYS * DAY
        return list(history_items(scope, generation, changes, ttl, first))

    def _before(self, scope: Scope, known: Record, generation: int) -> Before:
        """What a flip replaces. Where its parts or the head are lost the resources' own items tell it."""
        documents = self._documents(scope, known.current)
        if documents is not None:
            return Before(documents)
        found = self._by_items(scope, generation)
        if found.documents is None and known.applied:
            found = Before(self._documents(scope, known.applied), by_items=True)
        return found

    def _by_items(self, scope: Scope, generation: int) -> Before:
        """As the resources' own items have it: History of how they came to that is written.

        generation: of the flip, which some of the items may be of already.
        """
        items = [*self._table.query(resources_pk(scope), prefix=resource_sk(scope, ""))]
        first = all(item.get("gen") == generation for item in items)
        return Before(documents_of(items), by_items=True, first=first)

    def _hashes(self, scope: Scope) -> dict[str, str]:
        found = self._table.query(resources_pk(scope), prefix=resource_sk(scope, ""), only=("sk", "h"))
        return {item["sk"]: item["h"] for item in found}

    def _documents(self, scope: Scope, pointer: str) -> list[Document] | None:
        """Those of a pointer's parts; None when one is lost, or there is no pointer."""
        if pointer in ("", UNKNOWN):
            return None
        place, head = place_of(scope), {"current": pointer}
        bodies = self._parts.bodies(place, head)
        try:
            return None if bodies is None else [json.loads(line) for line in lines(place, head, bodies)]
        except LostParts:
            return None

    def _others(self, known: Record, generation: int) -> list[Item]:
        """The parts of generations before this one, none of which can be flipped to any more.

        Once a day all of them, else those since the one that is replaced: a query is paid by what it reads.
        What is replaced is of a later time where a clock was wrong.
        """
        place, pointers = place_of(known.head.scope), (known.current, known.applied.removeprefix(UNKNOWN))
        since = min(map(generation_of, pointers))
        today = since <= generation and generation // VOLATILE_STAYS == since // VOLATILE_STAYS
        later = [part for each in pointers if generation_of(each) > generation for part in own(place, each)]
        return self._parts.others(place, (stamp(since if today else 0), stamp(generation))) + later


def place_of(scope: Scope) -> Place:
    what = f"{scope.type} of {scope.account} in {scope.region}"
    return Place(head_key(scope), parts_pk(scope), what, COLLECT_AGAIN, lingers=PARTS_STAY)


def _fingerprints(scope: Scope, documents: Sequence[Document]) -> dict[str, str]:
    return {resource_sk(scope, document["id"]): fingerprint(document) for document in documents}
