"""ReportStore in JSON files: <name>/<day>.json beside <name>/summary.json, which has the days' figures."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from errors import DataFileError
from services.files import atomic_writer
from services.models.everything.line import dump
from services.models.report import Latest, Report, Summary, expires, latest_of, trend_expires
from services.schema import check_schema

SCHEMA = 1
SUMMARY = "summary.json"
DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
Content = dict[str, Any]


class LocalReportStore:
    """For one process that writes. folder: made when the first report is kept."""

    def __init__(self, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.folder = folder
        self.now = now

    def keep(self, report: Report) -> None:
        folder = self.folder / report.name
        known = _read(folder / SUMMARY)
        _write(folder / f"{report.day}.json", report.to_json())
        now = self.now()
        days = known.get("days", {}) | {report.day: dict(report.summary.figures)}
        days = {day: figures for day, figures in sorted(days.items()) if trend_expires(day) > now}
        latest = Latest.from_json(known["latest"]) if known else latest_of(report)
        latest = latest_of(report) if report.day >= latest.day else latest
        _write(folder / SUMMARY, {"latest": latest.to_json(), "days": days})
        for file in folder.glob("*.json"):
            if DAY.match(file.stem) and expires(file.stem) <= now:
                file.unlink(missing_ok=True)

    def note(self, attempt: Latest) -> None:
        file = self.folder / attempt.name / SUMMARY
        known = _read(file)
        if known:
            last = Latest.from_json(known["latest"])
            attempt = replace(attempt, day=last.day, figures=last.figures)
        _write(file, {"latest": attempt.to_json(), "days": known.get("days", {})})

    def latest(self) -> tuple[Latest, ...]:
        files = sorted(self.folder.glob(f"*/{SUMMARY}"))
        return tuple(Latest.from_json(_read(file)["latest"]) for file in files)

    def report(self, name: str, day: str) -> Report | None:
        if not DAY.match(day) or expires(day) <= self.now():
            return None
        found = _read(self.folder / name / f"{day}.json")
        return Report.from_json(found) if found else None

    def trend(self, name: str) -> tuple[Summary, ...]:
        days = _read(self.folder / name / SUMMARY).get("days", {})
        now = self.now()
        return tuple(Summary(day, figures) for day, figures in days.items() if trend_expires(day) > now)


def _read(file: Path) -> Content:
    """Empty when there is none. Raises DataFileError."""
    try:
        content = json.loads(file.read_bytes())
        check_schema(content["schema"], SCHEMA)
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DataFileError(f"{file}: {error}", "remove the file; inv report makes today's again") from None
    return dict(content)


def _write(file: Path, content: Content) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with atomic_writer(file) as opened:
        opened.write(dump(content | {"schema": SCHEMA}) + "\n")
