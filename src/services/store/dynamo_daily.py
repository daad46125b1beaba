"""DailyStore in a DynamoDB table: one item a scope; where that is too small, a head and a power of two parts.

M#<account>   <type>#<region>#0000            head: `tick` points at the parts; `asked`: the last day
M#<account>   <type>#<region>#<pointer>-<nn>  part; ttl of all: a month after the last day

body: gzip of resources' values, see daily_store.pack. Up to release 0c1979f `pieces` of them stood in items
0000, 0001, ... with a `tick` that is no pointer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time
from functools import partial
from itertools import groupby
from typing import Self

from errors import Lost
from services.daily_store import Fetched, Known, pack, place, unpack, updated
from services.models.domain.daily import DAY, KEPT, Daily
from services.models.kit.scope import Scope
from services.store.dynamo_items import PART
from services.store.dynamo_table import Item, Table
from services.store.parts import LostParts, Parts, Place, insist, undamaged

FIRST = "#0000"
(NOTHING,) = pack({}, PART)


class DynamoDaily:
    """May be used by many threads and many processes at once."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._parts = Parts(table)

    def of(self, account: str, type: str = "", region: str = "") -> Iterator[tuple[Scope, Known | Lost]]:
        prefix = "".join(f"{part}#" for part in (type, region) if part)
        for scope, items in groupby(self._table.query(_pk(account), prefix=prefix), _scope_of):
            known = self._known(_Values.of(scope), list(items))
            if known is not None:
                yield scope, known

    def one(self, scope: Scope, id: str) -> Daily | None:
        values, before = _Values.of(scope), None
        while head := self._table.get(values.head):
            sk = values.holder(head, id)
            item = head if sk == head["sk"] else self._table.get((head["pk"], sk))
            if item is not None and "body" in item:
                return _known(values, head, [item["body"]]).get(id)
            if before == head["tick"]:
                raise LostParts(values, head)
            before = head["tick"]
        return None

    def asked(self, account: str) -> dict[Scope, date]:
        found = self._table.query(_pk(account), only=("pk", "sk", "asked", "tick", "pieces"))
        days = {}
        for scope, items in groupby(found, _scope_of):
            head, *rest = items
            whole = {*_Values.of(scope).keys(head)} if head["sk"].endswith(FIRST) else None
            if whole is not None and whole <= {each["sk"] for each in rest}:
                days[scope] = date.fromisoformat(head["asked"])
        return days

    def keep(self, found: Iterable[Fetched], today: date) -> None:
        for fetched in found:
            what = f"the daily values of {fetched.scope.type} of {fetched.scope.account}"
            insist(partial(self._keep, fetched, today), what)

    def _keep(self, fetched: Fetched, today: date) -> bool:
        """Nothing if another one wrote it meanwhile: its values are to be kept as well."""
        values = _Values.of(fetched.scope)
        head = self._parts.known(values)
        known = self._remembered(values, head) if head else {}
        pieces = pack(updated(known, fetched, today), PART, values.pieces(head) if head else 1)
        ttl = _expiry(fetched.day)
        body, parts = (pieces[0], []) if len(pieces) == 1 else (NOTHING, pieces)
        return bool(
            self._parts.replace(
                values,
                parts,
                {"body": body, "pieces": 1, "asked": str(fetched.day), "ttl": ttl},
                at=int(self._table.now() * 1000),
                expected={"tick": values.pointer(head) or None},
                ttl=ttl,
            )
        )

    def _remembered(self, values: _Values, head: Item) -> Known:
        """What is left of it. Lost values are asked for again, see `asked`; expired ones are forgotten."""
        found = self._table.query(values.pk, prefix=values.prefix)
        left = {each["sk"]: each["body"] for each in found if "body" in each}
        known: Known = {}
        for sk in (head["sk"], *values.keys(head)):
            with suppress(LostParts):
                known = _merged(known, _known(values, head, [left[sk]] if sk in left else []))
        return known

    def _known(self, values: _Values, items: list[Item]) -> Known | Lost | None:
        """The scope's values, of all its items as a query has found them; None without a head."""
        head = items[0] if items and items[0]["sk"].endswith(FIRST) else None
        if head is None:
            return None
        bodies = {each["sk"]: each["body"] for each in items if "body" in each}
        keys = (head["sk"], *values.keys(head))
        try:
            return _known(values, head, [bodies[sk] for sk in keys])
        except (KeyError, Lost):
            return LostParts(values, head)


class _Values(Place):
    """One scope's."""

    @classmethod
    def of(cls, scope: Scope) -> Self:
        what = f"the daily values of {scope.type} of {scope.account} in {scope.region}"
        prefix = f"{scope.type}#{scope.region}#"
        head, again = (_pk(scope.account), f"{prefix}0000"), "the next collection asks for them again"
        return cls(head, _pk(scope.account), what, again, prefix, field="tick", joint="-")

    def keys(self, head: Item) -> list[str]:
        if self._has_pointer(head):
            return super().keys(head)
        return [f"{self.prefix}{number:04d}" for number in range(1, head["pieces"])]

    def shared(self, head: Item) -> str:
        return super().shared(head) if self._has_pointer(head) else self.prefix

    def pieces(self, head: Item) -> int:
        return len(self._holders(head))

    def holder(self, head: Item, id: str) -> str:
        """The sk of the item with the resource's values."""
        return self._holders(head)[place(id, self.pieces(head))]

    def _holders(self, head: Item) -> list[str]:
        keys = self.keys(head)
        return keys if keys and self._has_pointer(head) else [head["sk"], *keys]

    def _has_pointer(self, head: Item) -> bool:
        return self.joint in head["tick"]


def _pk(account: str) -> str:
    return f"M#{account}"


def _scope_of(item: Item) -> Scope:
    type, region, _ = item["sk"].split("#")
    return Scope(item["pk"].removeprefix("M#"), region, type)


def _known(values: Place, head: Item, bodies: Iterable[bytes]) -> Known:
    with undamaged(values, head):
        known: Known = {}
        for body in bodies:
            known = _merged(known, {each.id: each for each in unpack(body)})
        return known


def _merged(known: Known, more: Known) -> Known:
    """Up to release 0c1979f a resource may be in two items: the later values count."""
    return known | {id: each for id, each in more.items() if id not in known or known[id].last < each.last}


def _expiry(day: date) -> int:
    return int(datetime.combine(day + (KEPT + 1) * DAY, time(), UTC).timestamp())
