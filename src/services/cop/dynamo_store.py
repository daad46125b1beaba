"""FindingStore over the ResourceTable: a head for each account points at the parts of its ledger.

FINDINGS       <account>          head: `current` points at the parts, `inspected`
F#<account>    <pointer>#<nn>     part: a piece of the findings, gzip, one a line
NOTIFIED       <channel>          head: `current` points at the parts, `week`, `doubt`
N#<channel>    <pointer>#<nn>     part: a piece of what was told there, gzip, one a line
CFG            mute#<id>          a mute (JSON)
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from errors import PoloError
from services.cop.store import Ledger
from services.cop.told import Told
from services.dynamo_items import SCHEMA, pack, part_sk, parts_of, pointer, unpack
from services.dynamo_table import Item, Key, Table
from services.models.base import Document
from services.models.everything.line import dump
from services.models.finding import Entry, Mute

HEADS, CHANNELS, SETTINGS = "FINDINGS", "NOTIFIED", "CFG"
TRIES = 5  # of a read whose parts were replaced meanwhile
LINGER = 3600  # seconds that parts stay for those who are still reading them


class DynamoFindingStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def versions(self) -> dict[str, str]:
        return {item["sk"]: item["current"] for item in self.table.query(HEADS, only=("sk", "current"))}

    def ledger(self, account: str) -> Ledger:
        head, lines = self._read((HEADS, account), _parts_pk(account))
        if head is None:
            return Ledger(account)
        entries = tuple(Entry.from_json(json.loads(line)) for line in lines)
        return Ledger(account, entries, head["inspected"], head["current"])

    def keep(self, known: Ledger, entries: Sequence[Entry], inspected: str) -> bool:
        documents = [entry.to_json() for entry in entries]
        at = int(datetime.fromisoformat(inspected).timestamp() * 1000)
        head = (HEADS, known.account), {"inspected": inspected}
        return self._flip(*head, _parts_pk(known.account), documents, at, known.version)

    def told(self, channel: str) -> Told:
        head, lines = self._read((CHANNELS, channel), _told_pk(channel))
        return Told.from_json(channel, map(json.loads, lines), head) if head else Told(channel)

    def tell(self, known: Told, now: Told) -> bool:
        at = int(self.table.now() * 1000)
        key = CHANNELS, known.channel
        return self._flip(key, now.head(), _told_pk(known.channel), now.documents(), at, known.version)

    def mutes(self) -> tuple[Mute, ...]:
        found = self.table.query(SETTINGS, prefix="mute#")
        return tuple(Mute.from_json(json.loads(item["value"])) for item in found)

    def mute(self, mute: Mute) -> None:
        pk, sk = _mute_key(mute.id)
        self.table.write([{"pk": pk, "sk": sk, "value": dump(asdict(mute)), "schema": SCHEMA}])

    def unmute(self, id: str) -> None:
        self.table.write(deletes=[_mute_key(id)])

    def _read(self, key: Key, pk: str) -> tuple[Item | None, list[bytes]]:
        """The head, and the documents in the parts that it points at."""
        for _ in range(TRIES):
            head = self.table.get(key)
            if head is None:
                return None, []
            pieces = [item["body"] for item in self.table.query(pk, prefix=f"{head['current']}#")]
            if len(pieces) == parts_of(head["current"]):
                return head, list(unpack(pieces))
        raise PoloError(f"parts of {' '.join(key)} are missing", "run Cloud Cop again")

    def _flip(
        self, key: Key, head: Item, pk: str, documents: Sequence[Document], at: int, version: str
    ) -> bool:
        """Write parts, then point the head at them, if it still points where `version` says."""
        pieces = pack(documents)
        now = pointer(at, len(pieces))
        self.table.write(
            {"pk": pk, "sk": part_sk(now, number), "body": piece} for number, piece in enumerate(pieces)
        )
        values = head | {"current": now, "schema": SCHEMA}
        flipped = self.table.update(key, values, expected={"current": version or None})
        self._let_go(pk, ("0", now) if flipped else (f"{now}#", f"{now}#~"))
        return flipped

    def _let_go(self, pk: str, between: tuple[str, str]) -> None:
        """Parts that no head points at expire: all before a new one, or those of a writer that came late."""
        expires = int(self.table.now()) + LINGER
        for item in self.table.query(pk, between=between, only=("sk",)):
            if "ttl" not in item:
                self.table.update((pk, item["sk"]), {"ttl": expires})


def _parts_pk(account: str) -> str:
    return f"F#{account}"


def _told_pk(channel: str) -> str:
    return f"N#{channel}"


def _mute_key(id: str) -> Key:
    return SETTINGS, f"mute#{id}"
