"""A read model as one compressed object in the data bucket: written by one function, loaded by cold consoles.

<kind>/<layout>/<checksum>.gz      a database, named after what the compressed bytes hash to
<kind>/<layout>/current.json       the one to load, and the one before: the only object that changes
<kind>/<layout>/building.json      of which state one is being built, while it is
"""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Self

from errors import CollectError, PoloError
from services.cloud.bucket import Bucket
from services.cloud.deadline import building
from services.store.files import whole
from services.store.schema import check_schema

SCHEMA = 1
LEVEL = 1  # 82 MB of 100,000 resources become 35 in 0.8 s; level 6 saves 2 MB more in twice the time
GZIP = 31  # zlib's word for it
PIECE = 1 << 20  # bytes
BUILDS = timedelta(minutes=5)  # as long a note says that somebody is at it, should he have died
NONE_YET, OTHER_STATE = "there is none yet", "it is of another state"
STAYS = timedelta(hours=1)  # a file that nobody points to: its writer may be about to


@dataclass(frozen=True)
class Pointer:
    """file, previous: names of objects. checksum: SHA-256 of the file. clock: of which state it is."""

    file: str
    checksum: str
    clock: str = ""
    previous: str = ""
    schema: int = SCHEMA

    @classmethod
    def from_json(cls, text: bytes) -> Self | None:
        """None for what this version can't read; unknown fields are ignored."""
        try:
            found = json.loads(text)
            known = {each.name: found[each.name] for each in fields(cls) if each.name in found}
            check_schema(found["schema"], SCHEMA)
            return cls(**known)
        except (ValueError, TypeError, KeyError):
            return None


class Snapshots:
    """Those of one kind of read model. layout: changes with the table's name and what is made of it."""

    def __init__(self, bucket: Bucket, kind: str, layout: str) -> None:
        self._bucket = bucket
        self._root = f"{kind}/"
        self._prefix = f"{self._root}{layout}/"
        self._current = f"{self._prefix}current.json"
        self._building = f"{self._prefix}building.json"

    def pointer(self) -> Pointer | None:
        """None when there is no snapshot yet. Raises CollectError."""
        text = self._bucket.read(self._current)
        return None if text is None else Pointer.from_json(text)

    def publish(self, database: Path, clock: str, now: datetime) -> Pointer:
        """Compress a closed database, and make it the current snapshot. Raises CollectError.

        Two that publish at once harm nobody: each has a file of its own, and the last pointer holds.
        """
        packed = io.BytesIO()  # half of the database's size: in memory there is more room than in /tmp
        checksum = _pack(database, packed)
        packed.seek(0)
        file = f"{self._prefix}{checksum[:32]}.gz"
        self._bucket.write(file, packed)
        before = self.pointer()
        previous = before.file if before and before.file != file else before.previous if before else ""
        pointer = Pointer(file, checksum, clock, previous)
        self._bucket.write(self._current, json.dumps(asdict(pointer)).encode())
        self._forget_old(pointer, now)
        return pointer

    @contextmanager
    def alone(self, clock: str, now: datetime) -> Iterator[bool]:
        """Whether nobody else builds this state of the table already, as far as a note in the bucket tells.

        Two that look at the same instant both build, which harms nobody. Raises CollectError.
        """
        note = self._bucket.read(self._building)
        free = note is None or not _is_fresh(note, clock, now)
        if free:
            self._bucket.write(self._building, json.dumps({"clock": clock, "at": now.timestamp()}).encode())
        try:
            yield free
        finally:
            if free:
                self._bucket.delete([self._building])

    def holds(self, pointer: Pointer) -> bool:
        """Whether the file is there and what was written. Raises CollectError."""
        digest = hashlib.sha256()
        try:
            for piece in self._bucket.chunks(pointer.file):
                digest.update(piece)
        except CollectError as error:
            if error.code == "NoSuchKey":
                return False
            raise
        return digest.hexdigest() == pointer.checksum

    def load(self, target: Path, clock: str = "") -> str:
        """Write the current snapshot to `target`, whole or not at all; answers why not, "" if it is there.

        clock: the state that it must be of, "" for any.
        """
        try:
            pointer = self.pointer()
            if pointer is None:
                return NONE_YET
            if clock and pointer.clock != clock:
                return OTHER_STATE
            with building(), whole(target) as part:
                self._unpack(pointer, part)
        except (PoloError, OSError) as error:
            return str(error)
        return ""

    def _unpack(self, pointer: Pointer, part: Path) -> None:
        """Raises PoloError for a file that is damaged, CollectError."""
        digest, unpacked = hashlib.sha256(), zlib.decompressobj(GZIP)
        try:
            with part.open("wb") as file:
                for piece in self._bucket.chunks(pointer.file):
                    digest.update(piece)
                    file.write(unpacked.decompress(piece))
        except zlib.error as error:
            raise PoloError(f"{pointer.file} is damaged: {error}") from None
        if digest.hexdigest() != pointer.checksum:
            raise PoloError(f"{pointer.file} is not what was written")

    def _forget_old(self, pointer: Pointer, now: datetime) -> None:
        """Of other layouts too: a release that is rolled back builds by itself."""
        kept = {self._current, pointer.file, pointer.previous}
        found = self._bucket.objects(self._root).items()
        self._bucket.delete([key for key, written in found if key not in kept and now - written > STAYS])


def _is_fresh(note: bytes, clock: str, now: datetime) -> bool:
    try:
        found = json.loads(note)
        return bool(found["clock"] == clock and abs(now.timestamp() - found["at"]) < BUILDS.total_seconds())
    except (ValueError, TypeError, KeyError):
        return False


def _pack(database: Path, packed: BinaryIO) -> str:
    """Write the file compressed; answers the SHA-256 of what was written."""
    digest, packer = hashlib.sha256(), zlib.compressobj(LEVEL, wbits=GZIP)

    def write(content: bytes) -> None:
        digest.update(content)
        packed.write(content)

    with database.open("rb") as file:
        while piece := file.read(PIECE):
            write(packer.compress(piece))
    write(packer.flush())
    return digest.hexdigest()
