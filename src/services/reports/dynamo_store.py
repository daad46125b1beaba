"""ReportStore over the ReportTable.

R#<name>    <day>#<run>#<nn>    part: a piece of the report (JSON, gzip)
S#<name>    <day>               head of a day: `run` and `parts` point at its parts; `figures` (JSON)
LATEST      <name>              how the report stands; `run`: of the day that it is the figures of
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from typing import Any

from services.models.domain.report import Latest, Report, Summary, expires, latest_of, trend_expires
from services.models.everything.line import dump
from services.store.dynamo_items import SCHEMA, pack
from services.store.dynamo_table import Item, Table
from services.store.parts import Parts, Place, insist

LATEST = "LATEST"


class DynamoReportStore:
    def __init__(self, table: Table) -> None:
        self.table = table
        self._parts = Parts(table)

    def keep(self, report: Report) -> None:
        what = f"the report {report.name}"
        insist(partial(self._keep, report), what)
        insist(partial(self._keep_latest, report), what)

    def note(self, attempt: Latest) -> None:
        values = {"title": attempt.title, "status": attempt.status, "tried": attempt.tried}
        self.table.update((LATEST, attempt.name), values | {"error": attempt.error, "schema": SCHEMA})

    def latest(self) -> tuple[Latest, ...]:
        return tuple(_latest(item) for item in self.table.query(LATEST))

    def report(self, name: str, day: str) -> Report | None:
        if not day or expires(day) <= datetime.fromtimestamp(self.table.now(), UTC):
            return None
        found = self._parts.documents(_place(name, day))
        return Report.from_json(json.loads(b"".join(found[1]))) if found else None

    def trend(self, name: str) -> tuple[Summary, ...]:
        days = self.table.query(_days_pk(name), only=("sk", "figures"))
        return tuple(Summary(item["sk"], json.loads(item["figures"])) for item in days)

    def _keep(self, report: Report) -> bool:
        place, pieces = _place(report.name, report.day), pack([report.to_json()])
        values: Item = {"parts": len(pieces), "figures": dump(dict(report.summary.figures)), "schema": SCHEMA}
        values["ttl"] = int(trend_expires(report.day).timestamp())
        at, ttl = int(self.table.now() * 1000), int(expires(report.day).timestamp())
        expected = {place.field: place.pointer(self._parts.known(place)) or None}
        return bool(self._parts.replace(place, pieces, values, at=at, expected=expected, ttl=ttl))

    def _keep_latest(self, report: Report) -> bool:
        """How the day's report stands: the one that its head points at, which another run may have made."""
        key, place = (LATEST, report.name), _place(report.name, report.day)
        known = self.table.get(key) or {}
        today = str(datetime.fromtimestamp(self.table.now(), UTC).date())
        if report.day < known.get("day", "") <= today:  # what is later was stamped by a clock that was wrong
            return True
        run = place.pointer(self._parts.known(place))
        latest = latest_of(self.report(report.name, report.day) or report).to_json()
        values = latest | {"figures": dump(latest["figures"]), "schema": SCHEMA, "run": run}
        del values["name"]
        return self._parts.update(key, values, {"day": known.get("day"), "run": known.get("run")})


def _latest(item: Item) -> Latest:
    document: dict[str, Any] = item | {"name": item["sk"]}
    return Latest.from_json(document | {"figures": json.loads(item.get("figures", "[]"))})


def _place(name: str, day: str) -> Place:
    what, way_out = f"the report {name} of {day}", "make it again, on that day"
    return Place((_days_pk(name), day), f"R#{name}", what, way_out, f"{day}#", field="run")


def _days_pk(name: str) -> str:
    return f"S#{name}"
