"""FindingStore over the ResourceTable: a head for each account points at the parts of its ledger.

FINDINGS       <account>          head: `current` points at the parts, `inspected`
F#<account>    <pointer>#<nn>     part: a piece of the findings, gzip, one a line
CFG            mute#<id>          a mute (JSON)
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from errors import PoloError
from services.cop.store import Ledger
from services.dynamo_items import SCHEMA, pack, part_sk, parts_of, pointer, unpack
from services.dynamo_table import Key, Table
from services.models.everything.line import dump
from services.models.finding import Entry, Mute

HEADS, SETTINGS = "FINDINGS", "CFG"
TRIES = 5  # of a read whose parts were replaced meanwhile
LINGER = 3600  # seconds that parts stay for those who are still reading them


class DynamoFindingStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def versions(self) -> dict[str, str]:
        return {item["sk"]: item["current"] for item in self.table.query(HEADS, only=("sk", "current"))}

    def ledger(self, account: str) -> Ledger:
        for _ in range(TRIES):
            head = self.table.get((HEADS, account))
            if head is None:
                return Ledger(account)
            pieces = self._pieces(account, head["current"])
            if len(pieces) == parts_of(head["current"]):
                entries = tuple(Entry.from_json(json.loads(line)) for line in unpack(pieces))
                return Ledger(account, entries, head["inspected"], head["current"])
        raise PoloError(f"parts of the findings of {account} are missing", "run Cloud Cop again")

    def keep(self, known: Ledger, entries: Sequence[Entry], inspected: str) -> bool:
        pieces = pack([entry.to_json() for entry in entries])
        now = pointer(int(datetime.fromisoformat(inspected).timestamp() * 1000), len(pieces))
        pk = _parts_pk(known.account)
        self.table.write(
            {"pk": pk, "sk": part_sk(now, number), "body": piece} for number, piece in enumerate(pieces)
        )
        values = {"current": now, "inspected": inspected, "schema": SCHEMA}
        flipped = self.table.update(
            (HEADS, known.account), values, expected={"current": known.version or None}
        )
        self._let_go(pk, ("0", now) if flipped else (f"{now}#", f"{now}#~"))
        return flipped

    def mutes(self) -> tuple[Mute, ...]:
        found = self.table.query(SETTINGS, prefix="mute#")
        return tuple(Mute.from_json(json.loads(item["value"])) for item in found)

    def mute(self, mute: Mute) -> None:
        pk, sk = _mute_key(mute.id)
        self.table.write([{"pk": pk, "sk": sk, "value": dump(asdict(mute)), "schema": SCHEMA}])

    def unmute(self, id: str) -> None:
        self.table.write(deletes=[_mute_key(id)])

    def _pieces(self, account: str, pointer: str) -> list[bytes]:
        return [item["body"] for item in self.table.query(_parts_pk(account), prefix=f"{pointer}#")]

    def _let_go(self, pk: str, between: tuple[str, str]) -> None:
        """Parts that no head points at expire: all before a new one, or those of a writer that came late."""
        expires = int(self.table.now()) + LINGER
        for item in self.table.query(pk, between=between, only=("sk",)):
            if "ttl" not in item:
                self.table.update((pk, item["sk"]), {"ttl": expires})


def _parts_pk(account: str) -> str:
    return f"F#{account}"


def _mute_key(id: str) -> Key:
    return SETTINGS, f"mute#{id}"
