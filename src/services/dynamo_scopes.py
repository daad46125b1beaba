"""How one scope is replaced in a DynamoDB table, so that readers see one whole generation or the next.

A replacement writes, in this order: parts under a pointer of their own; the head, if it is still the one
that was read (the flip); the clock, History, the resources' items, a ttl on parts that nobody reads any more;
last, in the head, up to which generation that is done. The next run repeats what was cut off after the flip.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import replace

from services.changes import HISTORY_DAYS, diff, fingerprint, with_state_since
from services.data_service import Collected
from services.dynamo_items import (
    CLOCK,
    UNKNOWN,
    Record,
    generation_of,
    hashes,
    head_key,
    history_items,
    pack,
    part_sk,
    parts_of,
    parts_pk,
    pointer,
    resource_item,
    resource_sk,
    resources_pk,
    stamp,
    unpack,
)
from services.dynamo_table import Item, Key, Table
from services.models.base import Document
from services.models.scope import Scope, ScopeHead

DAY = 24 * 3600  # seconds
PARTS_STAY = 2 * DAY  # after they were replaced: for readers that have begun, and for a repair
VOLATILE_STAYS = DAY * 1000  # milliseconds; what is volatile alone is rewritten no sooner


class DynamoScopes:
    """Scope heads and their parts in one table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def record(self, scope: Scope) -> Record | None:
        item = self._table.get(head_key(scope))
        return Record.from_item(item) if item else None

    def pieces(self, scope: Scope, current: str) -> list[bytes] | None:
        """The bodies of a pointer's parts; None when some are gone."""
        if not parts_of(current):
            return []
        found = [part["body"] for part in self._table.query(parts_pk(scope), prefix=f"{current}#")]
        return found if len(found) == parts_of(current) else None

    def healed(self, scope: Scope) -> Record | None:
        """The scope's record, once all that its flip called for is done."""
        while True:
            record = self.record(scope)
            if record is None or record.applied == record.current:
                return record
            old, stale = self._before(scope, record.applied, generation_of(record.current))
            pieces = self.pieces(scope, record.current)
            if pieces is None:
                return record  # lost parts; the next flip brings new ones
            self._apply(record, old, [json.loads(line) for line in unpack(pieces)], stale)

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
        if known.current and rows == known.rows and (whole == known.body or age < VOLATILE_STAYS):
            return self._save(known, replace(known, head=head))  # the common case: this one write
        old, stale = self._before(head.scope, known.current, head.generation)
        new = with_state_since(old or (), documents, head.generation)
        pieces = pack(new)
        fresh = Record(head, pointer(head.generation, len(pieces)), known.applied, rows, whole)
        pk = parts_pk(head.scope)
        parts = {part_sk(fresh.current, number): piece for number, piece in enumerate(pieces)}
        self._table.write({"pk": pk, "sk": sk, "body": body} for sk, body in parts.items())
        if not self._save(known, fresh):
            now = self.record(head.scope)
            if now is None or now.current != fresh.current:  # else a retry met what it had done itself
                self._expire([(pk, sk) for sk in parts])
                return False
        self._apply(fresh, old, new, stale)
        return True

    def bump(self, account: str, **values: str) -> None:
        self._table.update((CLOCK, account), {"tick": secrets.token_hex(8), **values})

    def _save(self, known: Record, record: Record) -> bool:
        """The head in one write, if nobody has tried the scope since it was read as `known`.

        An attempt is only ever decided upon when it is newer, so `tried` grows, and `gen` with it.
        """
        tried = known.head.attempted or None
        return self._table.update(head_key(record.head.scope), record.to_item(), {"tried": tried})

    def _apply(
        self, record: Record, old: list[Document] | None, new: list[Document], stale: list[Key]
    ) -> None:
        """What follows a flip. May be done twice, and by two at once."""
        scope, generation = record.head.scope, generation_of(record.current)
        self.bump(scope.account)
        puts: list[Item] = []
        if old is None or record.applied == UNKNOWN:
            pk, prefix = resources_pk(scope), resource_sk(scope, "")
            before = {
                item["sk"]: item["h"] for item in self._table.query(pk, prefix=prefix, only=("sk", "h"))
            }
        else:
            before = {resource_sk(scope, document["id"]): fingerprint(document) for document in old}
            ttl = int(self._table.now()) + HISTORY_DAYS * DAY
            changes = diff(old, new, generation) if record.applied else []
            puts += history_items(scope, generation, changes, ttl)
        items = [resource_item(scope, document, generation) for document in new]
        puts += [item for item in items if before.get(item["sk"]) != item["h"]]
        gone = before.keys() - {item["sk"] for item in items}
        self._table.write(puts, [(resources_pk(scope), sk) for sk in sorted(gone)])
        self._expire(stale)
        expected = {"current": record.current, "applied": record.applied or None}
        if not self._table.update(head_key(scope), {"applied": record.current}, expected):
            self._table.update(head_key(scope), {"applied": UNKNOWN})  # the other's items may be overwritten

    def _expire(self, parts: list[Key]) -> None:
        for key in parts:
            self._table.update(key, {"ttl": int(self._table.now()) + PARTS_STAY})

    def _before(self, scope: Scope, old: str, generation: int) -> tuple[list[Document] | None, list[Key]]:
        """The documents of an earlier pointer (None if they are gone), and the parts to get a ttl.

        Those are its own, and the ones that a run left which did not come to its flip.
        """
        low = stamp(generation_of(old)) if old != UNKNOWN else stamp(0)
        found = list(self._table.query(parts_pk(scope), between=(low, stamp(generation))))
        stale = [(part["pk"], part["sk"]) for part in found if "ttl" not in part]
        own = [part["body"] for part in found if old and part["sk"].startswith(old)]
        if old == UNKNOWN or len(own) != parts_of(old):
            return None, stale
        return [json.loads(line) for line in unpack(own)], stale
