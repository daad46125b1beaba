"""FindingStore over the ResourceTable: a head for each account points at the parts of its ledger.

FINDINGS       <account>          head: `current` points at the parts, `inspected`, `rows` of them
F#<account>    <pointer>#<nn>     part: a piece of the findings, gzip, one a line
NOTIFIED       <channel>          head: `current` points at the parts, `week`, `doubt`
N#<channel>    <pointer>#<nn>     part: a piece of what was told there, gzip, one a line
CFG            mute#<id>          a mute (JSON)
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from services.cop.store.port import Ledger
from services.models.domain.finding import Entry, Mute
from services.models.domain.told import Told
from services.models.everything.line import dump
from services.models.kit.base import Document
from services.store.dynamo_items import SCHEMA, pack
from services.store.dynamo_table import Item, Key, Table
from services.store.parts import LostParts, Parts, Place

HEADS, CHANNELS, SETTINGS = "FINDINGS", "NOTIFIED", "CFG"
AGAIN = "Cloud Cop's next patrol writes them again"


class DynamoFindingStore:
    def __init__(self, table: Table) -> None:
        self.table = table
        self._parts = Parts(table)

    def versions(self) -> dict[str, str]:
        return {item["sk"]: item["current"] for item in self.table.query(HEADS, only=("sk", "current"))}

    def counts(self) -> dict[str, int | None]:
        return {item["sk"]: item.get("rows") for item in self.table.query(HEADS, only=("sk", "rows"))}

    def ledger(self, account: str) -> Ledger:
        place = _ledger(account)
        try:
            found = self._parts.documents(place)
        except LostParts as error:
            head = error.head
            return Ledger(account, (), head["inspected"], place.pointer(head), error)
        if found is None:
            return Ledger(account)
        head, lines = found
        entries = tuple(Entry.from_json(json.loads(line)) for line in lines)
        return Ledger(account, entries, head["inspected"], place.pointer(head))

    def keep(self, known: Ledger, entries: Sequence[Entry], inspected: str) -> bool:
        documents = [entry.to_json() for entry in entries]
        at = int(datetime.fromisoformat(inspected).timestamp() * 1000)
        head = {"inspected": inspected, "rows": len(documents)}
        return self._replace(_ledger(known.account), head, documents, at, known.version)

    def told(self, channel: str) -> Told:
        try:
            found = self._parts.documents(_told(channel))
        except LostParts as error:
            return replace(Told.from_json(channel, (), error.head), trouble=error)
        if found is None:
            return Told(channel)
        head, lines = found
        return Told.from_json(channel, map(json.loads, lines), head)

    def tell(self, known: Told, now: Told) -> bool:
        at = int(self.table.now() * 1000)
        return self._replace(_told(known.channel), now.head(), now.documents(), at, known.version)

    def mutes(self) -> tuple[Mute, ...]:
        found = self.table.query(SETTINGS, prefix="mute#")
        return tuple(Mute.from_json(json.loads(item["value"])) for item in found)

    def mute(self, mute: Mute) -> None:
        self.table.write([_mute_item(mute)])

    def unmute(self, id: str) -> None:
        self.table.write(deletes=[_mute_key(id)])

    def put_back(self, mutes: Sequence[Mute], known: Sequence[Mute]) -> bool:
        before = {mute.id: mute for mute in known}
        items = {item["sk"]: item["value"] for item in self.table.query(SETTINGS, prefix="mute#")}
        now = {sk: Mute.from_json(json.loads(value)) for sk, value in items.items()}
        puts = [_mute_item(mute) for mute in mutes]
        for mute, item in zip(mutes, puts, strict=True):
            if now.get(item["sk"]) != before.get(mute.id):
                return False
        return self.table.put_all([(item, "value", items.get(item["sk"])) for item in puts])

    def _replace(
        self, place: Place, head: Item, documents: Sequence[Document], at: int, version: str
    ) -> bool:
        """False if the head no longer points where `version` says."""
        values, expected = head | {"schema": SCHEMA}, {place.field: version or None}
        return bool(self._parts.replace(place, pack(documents), values, at=at, expected=expected))


def _ledger(account: str) -> Place:
    return Place((HEADS, account), f"F#{account}", f"the findings of {account}", AGAIN)


def _told(channel: str) -> Place:
    return Place((CHANNELS, channel), f"N#{channel}", f"what was told in {channel}", AGAIN)


def _mute_item(mute: Mute) -> Item:
    pk, sk = _mute_key(mute.id)
    return {"pk": pk, "sk": sk, "value": dump(asdict(mute)), "schema": SCHEMA}


def _mute_key(id: str) -> Key:
    return SETTINGS, f"mute#{id}"
