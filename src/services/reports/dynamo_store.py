"""ReportStore over the ReportTable.

R#<name>    <day>#<run>#<nn>    part: a piece of the report (JSON, gzip); run: the hash of its content
S#<name>    <day>               head of a day: `run` and `parts` point at its parts; `figures` (JSON)
LATEST      <name>              how the report stands
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from errors import PoloError
from services.dynamo_items import SCHEMA, pack, unpack
from services.dynamo_table import Item, Table
from services.models.everything.line import dump
from services.models.report import Latest, Report, Summary, expires, latest_of, trend_expires

LATEST = "LATEST"
TRIES = 5  # of a read whose parts were replaced meanwhile, of a write that others were quicker with
LINGER = 3600  # seconds that replaced parts stay for those who are still reading them


class DynamoReportStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def keep(self, report: Report) -> None:
        pieces = pack([report.to_json()])
        run = hashlib.blake2b(b"".join(pieces), digest_size=8).hexdigest()
        ttl = int(expires(report.day).timestamp())
        self.table.write(
            {"pk": _parts_pk(report.name), "sk": f"{report.day}#{run}#{n:03d}", "body": piece, "ttl": ttl}
            for n, piece in enumerate(pieces)
        )
        head = {"run": run, "parts": len(pieces), "figures": dump(dict(report.summary.figures))}
        head |= {"ttl": int(trend_expires(report.day).timestamp()), "schema": SCHEMA}
        self.table.write([{"pk": _days_pk(report.name), "sk": report.day, **head}])
        self._let_go(report, run)
        self._flip(report)

    def note(self, attempt: Latest) -> None:
        values = {"title": attempt.title, "status": attempt.status, "tried": attempt.tried}
        self.table.update((LATEST, attempt.name), values | {"error": attempt.error, "schema": SCHEMA})

    def latest(self) -> tuple[Latest, ...]:
        return tuple(_latest(item) for item in self.table.query(LATEST))

    def report(self, name: str, day: str) -> Report | None:
        for _ in range(TRIES):
            head = self.table.get((_days_pk(name), day)) if day else None
            if head is None or expires(day) <= datetime.fromtimestamp(self.table.now(), UTC):
                return None
            found = self.table.query(_parts_pk(name), prefix=f"{day}#{head['run']}#")
            pieces = [item["body"] for item in found]
            if len(pieces) == head["parts"]:
                return Report.from_json(json.loads(b"".join(unpack(pieces))))
        raise PoloError(f"parts of the report {name} of {day} are missing", "make it again, on that day")

    def trend(self, name: str) -> tuple[Summary, ...]:
        days = self.table.query(_days_pk(name), only=("sk", "figures"))
        return tuple(Summary(item["sk"], json.loads(item["figures"])) for item in days)

    def _let_go(self, report: Report, run: str) -> None:
        """Parts of the day that its head no longer points at expire."""
        soon = int(self.table.now()) + LINGER
        between = (f"{report.day}#", f"{report.day}#~")
        for item in self.table.query(_parts_pk(report.name), between=between, only=("sk",)):
            if not item["sk"].startswith(f"{report.day}#{run}#") and item["ttl"] > soon:
                self.table.update((_parts_pk(report.name), item["sk"]), {"ttl": soon})

    def _flip(self, report: Report) -> None:
        latest = latest_of(report).to_json()
        figures = dump(latest.pop("figures"))
        del latest["name"]
        for _ in range(TRIES):
            known = self.table.get((LATEST, report.name)) or {}
            day = known.get("day")
            if day is not None and day > report.day:
                return
            values = latest | {"figures": figures, "schema": SCHEMA}
            if self.table.update((LATEST, report.name), values, expected={"day": day}):
                return
        raise PoloError(f"the report {report.name} is being written by others", "run it again later")


def _latest(item: Item) -> Latest:
    document: dict[str, Any] = item | {"name": item["sk"]}
    return Latest.from_json(document | {"figures": json.loads(item.get("figures", "[]"))})


def _parts_pk(name: str) -> str:
    return f"R#{name}"


def _days_pk(name: str) -> str:
    return f"S#{name}"
