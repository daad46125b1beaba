"""The one way in which a table keeps what is larger than an item: a head points at parts.

A writer puts the parts under a pointer that nobody has used, then points the head at them in one write, if
the head is still the one it has read (the flip). A reader finds one whole generation or the next. Of two
writers one flips. It lets go, by ttl, of the parts that it saw before its flip: whoever wrote those has read
an older head, so its flip fails or came before. One that does not flip lets go of its own parts alone.

Nothing else in Polo writes a head conditionally or gives a part its ttl (tests/architecture_test.py).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from errors import Lost, PoloError
from services.store.dynamo_items import part_sk, parts_of, pointer, unpack
from services.store.dynamo_table import Item, Key, Table

TRIES = 5  # of a read whose parts were replaced meanwhile, of a write that others were quicker with
LINGER = 3600  # seconds that replaced parts stay for those who are still reading them


class LostParts(Lost):
    """Parts that a head points at are gone, or damaged. The next write brings all of them again."""

    def __init__(self, place: Place, head: Item) -> None:
        super().__init__(f"parts of {place.what} are missing or damaged", place.way_out)
        self.head = head


@dataclass(frozen=True)
class Place:
    """Where one thing is kept.

    what, way_out: for the message when parts are lost. prefix: what its parts' sk begin with, before the
    pointer. field: the head's attribute with the pointer. joint: between a pointer's pieces, in a sk whose
    `#` have a meaning of their own. lingers: seconds.
    """

    head: Key
    pk: str
    what: str
    way_out: str
    prefix: str = ""
    field: str = "current"
    joint: str = "#"
    lingers: int = LINGER

    def pointer(self, head: Item | None) -> str:
        found: str = (head or {}).get(self.field) or ""
        return found

    def keys(self, head: Item) -> list[str]:
        """The sk of the parts that the head points at; some heads say how many, others' pointers do."""
        found = self.pointer(head)
        count = int(head["parts"]) if "parts" in head else parts_of(found)
        return [self.part(found, number) for number in range(count)]

    def shared(self, head: Item) -> str:
        """What all of these begin with."""
        return f"{self.prefix}{self.pointer(head)}{self.joint}"

    def part(self, pointer: str, number: int) -> str:
        return self.prefix + part_sk(pointer, number, self.joint)


class Parts:
    """May be used by many threads and processes at once. Every method raises PoloError."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def known(self, place: Place) -> Item | None:
        """The head, for a write: an expired one too, for the flip would meet it."""
        return self._table.get(place.head, expired=True)

    def read(self, place: Place) -> tuple[Item, list[bytes]] | None:
        """The head and the bodies of its parts; None where there is no head. Raises LostParts."""
        before: str | None = None
        while head := self._table.get(place.head):
            bodies = self.bodies(place, head)
            if bodies is not None:
                return head, bodies
            if place.pointer(head) == before:  # nobody has replaced them
                raise LostParts(place, head)
            before = place.pointer(head)
        return None

    def documents(self, place: Place) -> tuple[Item, list[bytes]] | None:
        """The same with the documents that the parts hold, each as JSON."""
        found = self.read(place)
        if found is None:
            return None
        head, bodies = found
        return head, list(lines(place, head, bodies))

    def bodies(self, place: Place, head: Item) -> list[bytes] | None:
        """Of the parts that the head points at; None when one is missing."""
        found = self._found(place, head, "sk", "body")
        if found is None or any("body" not in each for each in found):  # earlier versions left such ones
            return None
        return [each["body"] for each in found]

    def are_there(self, place: Place, head: Item) -> bool:
        """Whether all parts are there to stay: one query of keys, for a writer that has nothing new."""
        found = self._found(place, head, "sk")
        return found is not None and not any("ttl" in each for each in found)

    def _found(self, place: Place, head: Item, *only: str) -> list[Item] | None:
        keys = frozenset(place.keys(head))
        if not keys:
            return []
        found = self._table.query(place.pk, prefix=place.shared(head), only=only)
        chosen = [each for each in found if each["sk"] in keys]
        return chosen if len(chosen) == len(keys) else None

    def replace(
        self,
        place: Place,
        pieces: Sequence[bytes],
        values: Mapping[str, Any],
        *,
        at: int,
        expected: Mapping[str, Any],
        ttl: int | None = None,
    ) -> str:
        """Write the pieces, point the head at them and set its values, let go of what was before.

        at: milliseconds since 1970. expected: what a head has that nobody has replaced meanwhile. ttl: of the
        parts, seconds since 1970. Answers the new pointer; "" when somebody else has replaced the head.
        """
        before = self.others(place)
        now = self.put(place, pieces, at, ttl)
        if not self.flip(place, now, values, expected):
            self.let_go(place, own(place, now))
            return ""
        self.let_go(place, before)
        return now

    def others(self, place: Place, between: tuple[str, str] | None = None) -> list[Item]:
        """The keys of all parts that there are; what a flip that comes after leaves behind."""
        found = self._table.query(place.pk, prefix=place.prefix, between=between, only=("pk", "sk"))
        return [each for each in found if (each["pk"], each["sk"]) != place.head]

    def put(self, place: Place, pieces: Sequence[bytes], at: int, ttl: int | None = None) -> str:
        """Write parts that no head points at yet, and answer their pointer."""
        now = pointer(at, len(pieces), place.joint)
        rest = {} if ttl is None else {"ttl": ttl}
        self._table.write(
            {"pk": place.pk, "sk": place.part(now, number), "body": piece, **rest}
            for number, piece in enumerate(pieces)
        )
        return now

    def flip(
        self, place: Place, pointer: str, values: Mapping[str, Any], expected: Mapping[str, Any]
    ) -> bool:
        """Point the head at new parts, if it has what is expected; False if it has not."""
        if self.update(place.head, {**values, place.field: pointer}, expected):
            return True
        return place.pointer(self.known(place)) == pointer  # a request that was repeated met itself

    def update(self, key: Key, values: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
        """Set these attributes of a head, if it has the expected ones (None: has none)."""
        return self._table.update(key, values, expected)

    def let_go(self, place: Place, parts: Iterable[Item]) -> None:
        """Let these parts expire soon, if they don't anyway; one that is gone meanwhile stays so."""
        soon = int(self._table.now()) + place.lingers
        for part in parts:
            if part.get("ttl", soon + 1) > soon:
                self._table.update((part["pk"], part["sk"]), {"ttl": soon}, {"sk": part["sk"]})


def own(place: Place, pointer: str) -> list[Item]:
    """The keys of the parts that a pointer stands for."""
    return [{"pk": place.pk, "sk": place.part(pointer, number)} for number in range(parts_of(pointer))]


def lines(place: Place, head: Item, bodies: Sequence[bytes]) -> Iterator[bytes]:
    """The documents in the parts, one after the other, each as JSON. Raises LostParts for what is damaged."""
    with undamaged(place, head):
        yield from unpack(bodies)


@contextmanager
def undamaged(place: Place, head: Item) -> Iterator[None]:
    """Around what unpacks parts: what is no gzip, or not the JSON that it should be, is as good as lost."""
    try:
        yield
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise LostParts(place, head) from error


def insist(write: Callable[[], bool], what: str) -> None:
    """Write until nobody else was quicker. Raises PoloError when others always are."""
    if not any(write() for _ in range(TRIES)):
        raise PoloError(f"{what} is being written by others", "run it again later")
