"""ReportStore in JSON files: <name>/<day>.json beside <name>/summary.json, which has the days' figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from errors import DataFileError
from services.models.domain.report import Latest, Report, Summary, expires, latest_of, trend_expires
from services.store.files import writing
from services.store.json_file import Content, read_json, write_json
from services.store.lock import alone
from services.store.readable import readable
from services.store.typed import typed

SCHEMA = 1
SUMMARY = "summary.json"
RESTORE = "remove the file; inv report makes today's again"
DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")


class LocalReportStore:
    """Several processes may write. folder: made when the first report is kept."""

    def __init__(self, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.folder = folder
        self.now = now

    def keep(self, report: Report) -> None:
        with alone(self.folder / report.name):
            self._keep(report)

    def note(self, attempt: Latest) -> None:
        with alone(self.folder / attempt.name):
            self._note(attempt)

    def _keep(self, report: Report) -> None:
        folder = self.folder / report.name
        known, now = read_json(folder / SUMMARY, SCHEMA, RESTORE), self.now()
        with readable(folder / SUMMARY, RESTORE):
            days = {**known.get("days", {}), report.day: dict(report.summary.figures)}
        days = {day: figures for day, figures in sorted(days.items()) if trend_expires(day) > now}
        latest = _latest_in(known, folder / SUMMARY) or latest_of(report)
        later = report.day < latest.day <= str(now.date())  # one from the future: a clock was wrong
        latest = latest if later else latest_of(report)
        write_json(folder / f"{report.day}.json", SCHEMA, report.to_json())
        write_json(folder / SUMMARY, SCHEMA, {"latest": latest.to_json(), "days": days})
        for file in folder.glob("*.json"):
            if DAY.match(file.stem) and expires(file.stem) <= now:
                with writing(file):
                    file.unlink(missing_ok=True)

    def _note(self, attempt: Latest) -> None:
        file = self.folder / attempt.name / SUMMARY
        known = read_json(file, SCHEMA, RESTORE)
        if last := _latest_in(known, file):
            attempt = replace(attempt, day=last.day, figures=last.figures)
        write_json(file, SCHEMA, {"latest": attempt.to_json(), "days": known.get("days", {})})

    def latest(self) -> tuple[Latest, ...]:
        """One whose file can't be read failed, and says why: the others are there."""
        files = sorted(self.folder.glob(f"*/{SUMMARY}"))
        return tuple(map(_latest, files))

    def report(self, name: str, day: str) -> Report | None:
        if not DAY.match(day) or expires(day) <= self.now():
            return None
        file = self.folder / name / f"{day}.json"
        with readable(file, RESTORE):
            found = read_json(file, SCHEMA, RESTORE)
            return typed(Report, found) if found else None

    def trend(self, name: str) -> tuple[Summary, ...]:
        file, now = self.folder / name / SUMMARY, self.now()
        with readable(file, RESTORE):
            days = read_json(file, SCHEMA, RESTORE).get("days", {})
            every = (typed(Summary, {"day": day, "figures": found}) for day, found in days.items())
            return tuple(each for each in every if trend_expires(each.day) > now)


def _latest_in(known: Content, file: Path) -> Latest | None:
    with readable(file, RESTORE):
        return typed(Latest, known["latest"]) if known else None


def _latest(file: Path) -> Latest:
    try:
        with readable(file, RESTORE):
            return typed(Latest, read_json(file, SCHEMA, RESTORE)["latest"])
    except DataFileError as error:
        return Latest(file.parent.name, file.parent.name, "failed", "", str(error))
