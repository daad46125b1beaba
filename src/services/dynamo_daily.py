"""DailyStore in a DynamoDB table: one item a scope, or a power of two of them.

M#<account>   <type>#<region>#<nn>   body: gzip of its resources' values, see daily_store.pack
                                     pieces: how many there are; asked: the last day; ttl: a month after that
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from itertools import groupby

from services.daily_store import Fetched, Known, pack, place, unpack, updated
from services.dynamo_items import PART
from services.dynamo_table import Item, Key, Table
from services.models.daily import DAY, KEPT, Daily
from services.models.scope import Scope

FIRST = "#0000"


class DynamoDaily:
    """May be used by many threads and many processes at once."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of(self, account: str, type: str = "", region: str = "") -> Iterator[tuple[Scope, Known]]:
        prefix = "".join(f"{part}#" for part in (type, region) if part)
        found = self._table.query(_pk(account), prefix=prefix)
        for scope, items in groupby(found, _scope_of):
            yield scope, _known(items)

    def one(self, scope: Scope, id: str) -> Daily | None:
        first = self._table.get(_key(scope, 0))
        if first is None:
            return None
        number = place(id, first["pieces"])
        piece = self._table.get(_key(scope, number)) if number else first
        return next((each for each in unpack(piece["body"]) if each.id == id), None) if piece else None

    def asked(self, account: str) -> dict[Scope, date]:
        found = self._table.query(_pk(account), only=("pk", "sk", "asked"))
        # the first piece is written last, when all of them are there
        return {
            _scope_of(each): date.fromisoformat(each["asked"]) for each in found if each["sk"].endswith(FIRST)
        }

    def keep(self, found: Iterable[Fetched], today: date) -> None:
        for fetched in found:
            while not self._kept(fetched, today):
                pass  # another one wrote it meanwhile: its values are to be kept as well

    def _kept(self, fetched: Fetched, today: date) -> bool:
        """Write the pieces, the first one last, if it is still the one that was read."""
        scope = fetched.scope
        items = list(self._table.query(_pk(scope.account), prefix=_key(scope, None)[1]))
        there = items and items[0]["sk"].endswith(FIRST)
        first = items[0] if there else self._table.get(_key(scope, 0), expired=True) or {}
        pieces = pack(updated(_known(items), fetched, today), PART, first["pieces"] if there else 1)
        values = {"pieces": len(pieces), "asked": str(fetched.day), "ttl": _expiry(fetched.day)}
        further = ((_key(scope, number), body) for number, body in enumerate(pieces) if number)
        self._table.write({"pk": pk, "sk": sk, "body": body, **values} for (pk, sk), body in further)
        return self._table.update(
            _key(scope, 0),
            {"body": pieces[0], "tick": secrets.token_hex(8), **values},
            {"tick": first.get("tick")},
        )


def _pk(account: str) -> str:
    return f"M#{account}"


def _key(scope: Scope, number: int | None) -> Key:
    """Of a piece; without a number, what those of the scope begin with."""
    return _pk(scope.account), f"{scope.type}#{scope.region}#" + ("" if number is None else f"{number:04d}")


def _scope_of(item: Item) -> Scope:
    type, region, _ = item["sk"].split("#")
    return Scope(item["pk"].removeprefix("M#"), region, type)


def _known(items: Iterable[Item]) -> Known:
    """While the number of pieces grows a resource may be in two of them: the later values count."""
    known: Known = {}
    for each in (each for item in items for each in unpack(item["body"])):
        if each.id not in known or known[each.id].last < each.last:
            known[each.id] = each
    return known


def _expiry(day: date) -> int:
    return int(datetime.combine(day + (KEPT + 1) * DAY, time(), UTC).timestamp())
