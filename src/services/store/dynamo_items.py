"""What stands in the ResourceTable: keys, and how documents and History become items (pure).

SCOPE#<account>                   <type>#<region>       head of a scope; `current` points at its parts
SCOPE#<account>#<type>#<region>   <pointer>#<nn>        part: a piece of its documents, gzip, one a line
CLOCK                             <account>             `tick` changes with the heads; the account's `name`
A#<account>                       <type>#<region>#<id>  a resource: row (JSON), raw (gzip), h (content hash)
H#<account>                       <generation>#<type>#<region>#<nn>  History of a scope's generation
H#<account>#<type>#<region>#<id>  <generation>          History of a resource
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from errors import PoloError
from services.models.everything.line import dump
from services.models.kit.base import Document
from services.models.kit.change import Change
from services.models.kit.scope import Key as ResourceKey
from services.models.kit.scope import Scope, ScopeHead
from services.store.changes import digest, fingerprint
from services.store.dynamo_table import Item, Key
from services.store.schema import check_schema

SCHEMA = 1
PART = 350_000  # bytes; an item may have 400 KB
LARGEST = 380_000  # bytes of a resource's row and raw answer
CHANGES = 100  # in one item
CLOCK = "CLOCK"
UNKNOWN = "?"  # as `applied`, up to release 0c1979f: two writers met, see Record.doubt


@dataclass(frozen=True)
class Record:
    """A scope head as stored. Its schema is that of all that belongs to it: parts, resources' items, History.

    current: pointer to the parts that readers see, "" before the first success. applied: pointer to those
    that the resources' items and History are up to. rows, body: hashes of the documents, see `hashes`.
    doubt: two writers met, so the resources' items are to be compared one by one; None or "" if they did not.
    """

    head: ScopeHead
    current: str = ""
    applied: str = ""
    rows: str = ""
    body: str = ""
    doubt: str | None = None

    def to_item(self) -> Item:
        """Without `applied` and `doubt`, which have writes of their own."""
        values = {"head": dump(self.head.to_json()), "tried": self.head.attempted, "schema": SCHEMA}
        if not self.current:
            return values
        parts = {"current": self.current, "gen": generation_of(self.current)}
        return values | parts | {"rows_hash": self.rows, "body_hash": self.body}

    @classmethod
    def from_item(cls, item: Item) -> Self:
        """Raises PoloError for what a release two away has written, or is no head at all."""
        where = f"the head of {item['pk']} {item['sk']}"
        try:
            check_schema(item.get("schema"), SCHEMA)
        except KeyError as error:
            raise PoloError(f"{where} has {error.args[0]}", "deploy the release that wrote it") from None
        try:
            head = ScopeHead.from_json(json.loads(item["head"]))
        except (KeyError, TypeError, ValueError) as error:
            why = f"{where} is not what Polo writes ({type(error).__name__} {error})"
            raise PoloError(why, "remove that item from the table, and collect again") from None
        names = ("current", "applied", "rows_hash", "body_hash")
        current, applied, rows, body = (item.get(name, "") for name in names)
        return cls(head, current, applied, rows, body, item.get("doubt"))


def head_key(scope: Scope) -> Key:
    return f"SCOPE#{scope.account}", f"{scope.type}#{scope.region}"


def scope_of(head: Item) -> Scope:
    """Of a head's key."""
    type, _, region = head["sk"].partition("#")
    return Scope(head["pk"].removeprefix("SCOPE#"), region, type)


def parts_pk(scope: Scope) -> str:
    return f"SCOPE#{scope.account}#{scope.type}#{scope.region}"


def resources_pk(scope: Scope) -> str:
    return f"A#{scope.account}"


def resource_sk(scope: Scope, id: str) -> str:
    name = id if len(id.encode()) < 900 else hashlib.blake2b(id.encode()).hexdigest()  # a sk has 1024 bytes
    return f"{scope.type}#{scope.region}#{name}"


def history_pk(key: ResourceKey) -> str:
    return f"H#{key.account}#{key.type}#{key.region}#{key.id}"


def stamp(generation: int) -> str:
    """Sorts as text like the number."""
    return f"{generation:015d}"


def pointer(generation: int, parts: int, joint: str = "#") -> str:
    """What the parts' sk begins with; a new one each time, so no writer touches another's parts."""
    return joint.join((stamp(generation), f"{parts:03d}", secrets.token_hex(4)))


def part_sk(pointer: str, number: int, joint: str = "#") -> str:
    return f"{pointer}{joint}{number:03d}"


def generation_of(pointer: str) -> int:
    return int(pointer[:15]) if pointer else 0


def parts_of(pointer: str) -> int:
    """The number of parts that the pointer stands for."""
    return int(pointer[16:19]) if pointer else 0


def hashes(documents: Iterable[Document]) -> tuple[str, str]:
    """Of the content without what is volatile, and of all; the order does not matter."""
    lines = sorted((str(document["id"]), fingerprint(document), dump(document)) for document in documents)
    return digest([f"{id} {mark}" for id, mark, _ in lines]), digest([line for _, _, line in lines])


def pack(documents: Sequence[Document]) -> list[bytes]:
    """The documents as gzip, a line each, in pieces of at most PART bytes; none for none."""
    if not documents:
        return []
    body = gzip.compress("\n".join(map(dump, documents)).encode(), compresslevel=6, mtime=0)
    return [body[start : start + PART] for start in range(0, len(body), PART)]


def unpack(pieces: Sequence[bytes]) -> Iterator[bytes]:
    """The documents' JSON, one by one."""
    if pieces:
        with gzip.open(io.BytesIO(b"".join(pieces))) as lines:
            yield from (line.rstrip(b"\n") for line in lines)


def documents_of(items: Iterable[Item]) -> list[Document] | None:
    """The resources that stand by themselves in these items; None when one was too large for its item."""
    found = []
    for item in items:
        if "row" not in item:
            return None
        raw = {"raw": json.loads(gzip.decompress(item["raw"]))} if "raw" in item else {}
        found.append(json.loads(item["row"]) | raw)
    return found


def resource_item(scope: Scope, document: Document, generation: int) -> Item:
    """The resource by itself. A raw answer too large for an item is only in the parts."""
    rest = {name: value for name, value in document.items() if name != "raw"}
    item = {"pk": resources_pk(scope), "sk": resource_sk(scope, document["id"]), "gen": generation}
    item |= {"h": fingerprint(document)}
    row = dump(rest)
    raw = gzip.compress(dump(document.get("raw", {})).encode(), mtime=0)
    if len(row.encode()) > LARGEST:
        return item
    return item | {"row": row} | ({"raw": raw} if len(row.encode()) + len(raw) <= LARGEST else {})


def history_sk(scope: Scope, generation: int) -> str:
    """What the sk of a scope's changes begin with, for the account's days."""
    return f"{stamp(generation)}#{scope.type}#{scope.region}#"


def history_items(
    scope: Scope, generation: int, changes: Sequence[Change], ttl: int, first: int = 0
) -> Iterator[Item]:
    """The same changes twice: for the account's days, and for each resource's own page.

    first: the number of the first item, after those that there are already.
    """
    for number, start in enumerate(range(0, len(changes), CHANGES), first):
        sk = f"{history_sk(scope, generation)}{number:04d}"
        body = gzip.compress(
            dump([each.to_json() for each in changes[start : start + CHANGES]]).encode(), mtime=0
        )
        yield {"pk": f"H#{scope.account}", "sk": sk, "body": body, "ttl": ttl}
    for change in changes:
        pk = history_pk(change.key)
        yield {"pk": pk, "sk": stamp(generation), "change": dump(change.to_json()), "ttl": ttl}


def number_of(item: Item) -> int:
    """Of an item of an account's History within its scope and generation."""
    return int(item["sk"].rpartition("#")[2])


def changes_of(item: Item) -> list[Change]:
    """The changes in an item of History."""
    if "change" in item:
        return [Change.from_json(json.loads(item["change"]))]
    return [Change.from_json(each) for each in json.loads(gzip.decompress(item["body"]))]
