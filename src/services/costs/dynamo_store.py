"""CostStore over the ReportTable: a head for each period points at its parts.

COSTS        <period>                 head: `current` points at the parts; metric, taken, version, rows
COSTS        outlook                  forecast and anomalies (JSON)
C#<YYYY-MM>  <period>#<pointer>#<nn>  part: a piece of the period's documents, gzip, one a line
RESOURCES    <account>                head: `current` points at the parts of what its resources cost
RC#<account> <pointer>#<nn>           part: a piece of these documents, as above
SPEND        <YYYY-MM-DD>#ce          n: requests sent to Cost Explorer that day, of `most`
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from errors import PoloError
from services.changes import digest
from services.costs.store import (
    SCHEMA,
    Kept,
    costs_of,
    documents,
    kept_of,
    outlook_document,
    outlook_of,
    resource_documents,
    resources_of,
)
from services.dynamo_items import pack, part_sk, parts_of, pointer, unpack
from services.dynamo_table import Item, Key, Table
from services.models.costs import Outlook, PeriodCosts, ResourceCosts, Spent
from services.models.everything.line import dump
from services.schema import check_schema

HEADS, OUTLOOK, RESOURCES, SPEND = "COSTS", "outlook", "RESOURCES", "SPEND"
TRIES = 5  # of a read whose parts were replaced meanwhile
LINGER = 3600  # seconds that parts stay for those who are still reading them
FRESH = timedelta(days=15)  # that resources' costs are kept; they are told anew each night
COUNTED = timedelta(days=90)  # that the count of a day's requests is kept


class DynamoCostStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def mark(self) -> str:
        heads = self.table.query(HEADS, only=("sk", "version"))
        versions = [f"{head['sk']} {head['version']}" for head in heads]
        return digest(versions) if versions else ""

    def kept(self) -> Mapping[str, Kept]:
        heads = self.table.query(HEADS, only=("sk", "version", "metric", "taken", "rows"))
        return {
            head["sk"]: Kept(head["version"], head["metric"], head["taken"], head["rows"])
            for head in heads
            if head["sk"] != OUTLOOK
        }

    def costs(self, period: str) -> PeriodCosts | None:
        for _ in range(TRIES):
            head = self.table.get((HEADS, period))
            if head is None:
                return None
            _check(head)
            found = self.table.query(_parts_pk(period), prefix=f"{period}#{head['current']}#")
            pieces = [item["body"] for item in found]
            if len(pieces) == parts_of(head["current"]):
                return costs_of([*map(json.loads, unpack(pieces))])
        raise PoloError(f"parts of the costs of {period} are missing", "collect the costs again")

    def keep(self, costs: Iterable[PeriodCosts], forgotten: Iterable[str] = ()) -> None:
        for each in costs:
            self._keep(each)
        for period in forgotten:
            self.table.write(deletes=[(HEADS, period)])
            self._let_go(period, "")

    def outlook(self) -> Outlook | None:
        item = self.table.get((HEADS, OUTLOOK))
        if item is None:
            return None
        _check(item)
        return outlook_of(json.loads(item["value"]))

    def keep_outlook(self, outlook: Outlook) -> None:
        value = dump(outlook_document(outlook))
        item = {"pk": HEADS, "sk": OUTLOOK, "value": value, "version": digest([value]), "schema": SCHEMA}
        self.table.write([item])

    def resources(self, account: str) -> ResourceCosts | None:
        head = self.table.get((RESOURCES, account))
        if head is None:
            return None
        _check(head)
        found = self.table.query(f"RC#{account}", prefix=f"{head['current']}#")
        pieces = [item["body"] for item in found]
        if len(pieces) != parts_of(head["current"]):  # they expire, and one by one
            return None
        return resources_of(map(json.loads, unpack(pieces)))

    def keep_resources(self, costs: Iterable[ResourceCosts]) -> None:
        now = self.table.now()
        ttl = int(now + FRESH.total_seconds())
        for each in costs:
            pieces, pk = pack(resource_documents(each)), f"RC#{each.account}"
            current = pointer(int(now * 1000), len(pieces))
            self.table.write(
                {"pk": pk, "sk": part_sk(current, number), "body": piece, "ttl": ttl}
                for number, piece in enumerate(pieces)
            )
            head = {"pk": RESOURCES, "sk": each.account, "current": current, "ttl": ttl, "schema": SCHEMA}
            self.table.write([head])

    def spend(self, day: str, most: int) -> bool:
        expires = datetime.fromisoformat(day).replace(tzinfo=UTC) + COUNTED
        return self.table.count(_spend_key(day), most, {"most": most, "ttl": int(expires.timestamp())})

    def spent(self, day: str) -> Spent:
        item = self.table.get(_spend_key(day))
        return Spent(item["n"], item["most"]) if item else Spent()

    def _keep(self, costs: PeriodCosts) -> None:
        """Parts first, then the head; figures that are as they were have theirs already."""
        kept, period = kept_of(costs), costs.period
        head = self.table.get((HEADS, period))
        current = head["current"] if head and head["version"] == kept.version else ""
        if not current:
            pieces = pack(documents(costs))
            current = pointer(int(datetime.fromisoformat(costs.taken).timestamp() * 1000), len(pieces))
            pk = _parts_pk(period)
            self.table.write(
                {"pk": pk, "sk": part_sk(f"{period}#{current}", number), "body": piece}
                for number, piece in enumerate(pieces)
            )
        values = {"version": kept.version, "metric": kept.metric, "taken": kept.taken, "rows": kept.rows}
        self.table.update((HEADS, period), {**values, "current": current, "schema": SCHEMA})
        self._let_go(period, current)

    def _let_go(self, period: str, current: str) -> None:
        """Parts that no head points at expire."""
        expires = int(self.table.now()) + LINGER
        for item in self.table.query(_parts_pk(period), prefix=f"{period}#", only=("sk",)):
            if not (current and item["sk"].startswith(f"{period}#{current}#")) and "ttl" not in item:
                self.table.update((_parts_pk(period), item["sk"]), {"ttl": expires})


def _check(item: Item) -> None:
    try:
        check_schema(item.get("schema"), SCHEMA)
    except KeyError as error:
        raise PoloError(
            f"the costs of {item['sk']} have {error.args[0]}", "deploy the release that wrote them"
        ) from None


def _parts_pk(period: str) -> str:
    return f"C#{period[:7]}"


def _spend_key(day: str) -> Key:
    return SPEND, f"{day}#ce"
