"""DailyStore: where the daily values of metrics are kept, beside scopes and their generations."""

from __future__ import annotations

import gzip
import math
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import msgspec

from errors import Lost
from services.models.domain.daily import Daily, Days, merged
from services.models.kit.scope import Scope

Known = dict[str, Daily]  # by the resource's id


@dataclass(frozen=True)
class Fetched:
    """What was found out of one scope's resources. values: id -> metric key -> days. day: asked up to it."""

    scope: Scope
    day: date
    values: Mapping[str, Mapping[str, Days]]


class DailyStore(Protocol):
    """Daily values by scope. They are volatile: outside generations, hashes and History."""

    def of(self, account: str, type: str = "", region: str = "") -> Iterator[tuple[Scope, Known | Lost]]:
        """The values of every scope of the account, of those of one resource type, or of one of these.

        Of a scope whose values are lost: why.
        """
        ...

    def one(self, scope: Scope, id: str) -> Daily | None:
        """Those of one resource; None when nothing is known. Raises Lost."""
        ...

    def asked(self, account: str) -> dict[Scope, date]:
        """Up to which day the values of each scope were asked for. Lost ones are to be asked for again."""
        ...

    def keep(self, found: Iterable[Fetched], today: date) -> None:
        """Add to what is known; a newer value of a day counts, and only the 30 days before today stay.

        May be done twice, and by two at once.
        """
        ...


def updated(known: Mapping[str, Daily], fetched: Fetched, today: date) -> Known:
    """What is known of a scope after `fetched` (pure). A resource without any value is forgotten."""
    ids = sorted({*known, *fetched.values})
    new = (merged(known.get(id), id, fetched.values.get(id, {}), today) for id in ids)
    return {each.id: each for each in new if each.values}


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(list[Daily])


def pack(known: Mapping[str, Daily], most: int, least: int = 1) -> list[bytes]:
    """The values as gzip, in pieces of at most `most` bytes: a power of two, and no fewer than `least`.

    Each resource is in piece number `place`.
    """
    count = least
    while True:
        pieces: list[list[Daily]] = [[] for _ in range(count)]
        for each in known.values():
            pieces[place(each.id, count)].append(each)
        packed = [gzip.compress(_encoder.encode(piece), compresslevel=6, mtime=0) for piece in pieces]
        if max(map(len, packed)) <= most or count >= len(known):
            return packed
        needed = sum(map(len, packed)) / most  # so that a large scope is not compressed time and again
        count = max(2 * count, 1 << math.ceil(math.log2(needed)) if needed > 1 else 1)


def unpack(piece: bytes) -> list[Daily]:
    return _decoder.decode(gzip.decompress(piece))


def place(id: str, count: int) -> int:
    """In which of so many pieces a resource's values are."""
    return zlib.crc32(id.encode()) % count
