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
from functools import partial

from errors import PoloError
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
from services.models.domain.costs import Outlook, PeriodCosts, ResourceCosts, Spent
from services.models.everything.line import dump
from services.store.changes import digest
from services.store.dynamo_items import pack
from services.store.dynamo_table import Item, Key, Table
from services.store.parts import Parts, Place, insist
from services.store.schema import check_schema

HEADS, OUTLOOK, RESOURCES, SPEND = "COSTS", "outlook", "RESOURCES", "SPEND"
FRESH = timedelta(days=15)  # that resources' costs are kept; they are told anew each night
COUNTED = timedelta(days=90)  # that the count of a day's requests is kept


class DynamoCostStore:
    def __init__(self, table: Table) -> None:
        self.table = table
        self._parts = Parts(table)

    def mark(self) -> str:
        heads = self.table.query(HEADS, only=("sk", "version", "current"))
        versions = [f"{head['sk']} {head['version']} {head.get('current', '')}" for head in heads]
        return digest(versions) if versions else ""

    def kept(self) -> Mapping[str, Kept]:
        heads = self.table.query(HEADS, only=("sk", "version", "metric", "taken", "rows"))
        return {
            head["sk"]: Kept(head["version"], head["metric"], head["taken"], head["rows"])
            for head in heads
            if head["sk"] != OUTLOOK
        }

    def costs(self, period: str) -> PeriodCosts | None:
        found = self._parts.documents(_period(period))
        if found is None:
            return None
        head, lines = found
        _check(head)
        return costs_of([*map(json.loads, lines)])

    def keep(self, costs: Iterable[PeriodCosts], forgotten: Iterable[str] = ()) -> None:
        for each in costs:
            insist(partial(self._keep, each), f"the costs of {each.period}")
        for period in forgotten:
            parts = self._parts.others(_period(period))
            self.table.write(deletes=[(HEADS, period)])
            self._parts.let_go(_period(period), parts)

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
        found = self._parts.documents(_resources(account))
        if found is None:
            return None
        head, lines = found
        _check(head)
        return resources_of(map(json.loads, lines))

    def keep_resources(self, costs: Iterable[ResourceCosts]) -> None:
        for each in costs:
            insist(partial(self._keep_resources, each), f"what the resources of {each.account} cost")

    def spend(self, day: str, most: int) -> bool:
        expires = datetime.fromisoformat(day).replace(tzinfo=UTC) + COUNTED
        return self.table.count(_spend_key(day), most, {"most": most, "ttl": int(expires.timestamp())})

    def spent(self, day: str) -> Spent:
        item = self.table.get(_spend_key(day))
        return Spent(item["n"], item["most"]) if item else Spent()

    def _keep(self, costs: PeriodCosts) -> bool:
        """Figures that are as they were have their parts already, unless one is lost."""
        place, kept = _period(costs.period), kept_of(costs)
        head = self._parts.known(place)
        values = {"version": kept.version, "metric": kept.metric, "taken": kept.taken, "rows": kept.rows}
        values["schema"] = SCHEMA
        expected = {place.field: place.pointer(head) or None}
        if head and head["version"] == kept.version and self._parts.are_there(place, head):
            return self._parts.update(place.head, values, expected)
        at = int(datetime.fromisoformat(costs.taken).timestamp() * 1000)
        pieces = pack(documents(costs))
        return bool(self._parts.replace(place, pieces, values, at=at, expected=expected))

    def _keep_resources(self, costs: ResourceCosts) -> bool:
        place, now = _resources(costs.account), self.table.now()
        ttl = int(now + FRESH.total_seconds())
        expected = {place.field: place.pointer(self._parts.known(place)) or None}
        values = {"ttl": ttl, "schema": SCHEMA}
        pieces = pack(resource_documents(costs))
        at = int(now * 1000)
        return bool(self._parts.replace(place, pieces, values, at=at, expected=expected, ttl=ttl))


def _check(item: Item) -> None:
    try:
        check_schema(item.get("schema"), SCHEMA)
    except KeyError as error:
        raise PoloError(
            f"the costs of {item['sk']} have {error.args[0]}", "deploy the release that wrote them"
        ) from None


def _period(period: str) -> Place:
    pk, prefix = f"C#{period[:7]}", f"{period}#"
    return Place((HEADS, period), pk, f"the costs of {period}", "collect the costs again", prefix)


def _resources(account: str) -> Place:
    what = f"what the resources of {account} cost"
    return Place((RESOURCES, account), f"RC#{account}", what, "collect the costs again")


def _spend_key(day: str) -> Key:
    return SPEND, f"{day}#ce"
