"""`inv report`: make today's reports of the local data, keep them, and print what they say."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from errors import PoloError
from services.costs.requests import Counted
from services.models.domain.report import Column, Latest, Report, Row, Value
from services.models.kit.base import Source
from services.reports.registry import REPORTERS
from services.reports.report import Reporter
from services.reports.run import make_reports
from settings import ROOT, Settings
from tooling.data_folder import backend_in
from tooling.laptop.cop import local_estate, tell_gaps
from tooling.laptop.payer import payer_source
from tooling.names import some_of
from tooling.terminal import plain
from wiring.local import LocalBackend

FIGURES = 3  # of each report, in the overview


def report(
    name: str = "",
    profile: str = "",
    *,
    as_json: bool = False,
    data_dir: Path = ROOT / "data",
    now: datetime | None = None,
    settings: Settings | None = None,
    out: TextIO | None = None,
) -> int:
    """Make the reports of these names (separated by commas, empty for all), and print them.

    A line for each; the rows of those that were named; or all of it as JSON. profile: of the account that
    pays, which is asked only if it is given. Answer the exit code: 1 if one failed, but not for one whose
    data is missing.
    """
    out, now, backend = out or sys.stdout, now or datetime.now(UTC), backend_in(data_dir, settings)
    try:
        wanted = _named(name)
        store = backend.report_store(lambda: now)
        everything = local_estate(backend)
        sources = backend.sources(everything, now, store, _payer(profile, backend, now))
        made = list(make_reports(wanted, sources, store, _told))
        reports = {each.name: store.report(each.name, each.day) for each in made if each.status == "ok"}
    except PoloError as error:
        print(error, file=sys.stderr)
        return 1
    tell_gaps(everything)
    if as_json:
        content = [each.to_json() | {"report": _json(reports.get(each.name))} for each in made]
        print(json.dumps(content, indent=2), file=out)
    else:
        for line in _lines(made, reports if name else {}, everything.accounts()):
            print(line, file=out)
    return int(any(each.status == "failed" for each in made))


def _named(names: str) -> list[Reporter]:
    """Raises UnknownName."""
    return [REPORTERS[name] for name in some_of("report", names, REPORTERS) or REPORTERS]


def _payer(profile: str, backend: LocalBackend, now: datetime) -> Callable[[], Source] | None:
    """Within the day's budget; without a profile it is not asked. Raises PoloError."""
    if profile:
        source = Counted(payer_source(profile, backend), backend.budget(now))
        return lambda: source
    return backend.payer(now)


def _told(what: str) -> None:
    """The exception that is being handled, with where it came from."""
    error = sys.exc_info()[1]
    place = error.__traceback__ if error else None
    while place and place.tb_next:
        place = place.tb_next
    where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else ""
    print(f"{what}: {type(error).__name__} at {where}", file=sys.stderr)


def _json(report: Report | None) -> Mapping[str, object] | None:
    return report.to_json() if report else None


def _lines(
    made: Iterable[Latest], reports: Mapping[str, Report | None], accounts: Mapping[str, str]
) -> Iterator[str]:
    for latest in made:
        figures = latest.figures if latest.name in reports else latest.figures[:FIGURES]
        told = ", ".join(f"{each.title} {_written(each.kind, each.value)}" for each in figures)
        yield f"{latest.name:23} {latest.status:9}{told if latest.status == 'ok' else latest.error}"
        found = reports.get(latest.name)
        if found:
            yield from (f"  {_row(found, row, accounts)}" for row in found.rows)


def _row(report: Report, row: Row, accounts: Mapping[str, str]) -> str:
    return "  ".join(_shown(*each, accounts) for each in zip(report.columns, row, strict=True))


def _shown(column: Column, value: Value, accounts: Mapping[str, str]) -> str:
    named = accounts.get(str(value), value) if column.kind == "account" else value
    return plain(_written(column.kind, named))


def _written(kind: str, value: Value) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, str):
        return value
    if kind == "money":
        return f"{'-' if value < 0 else ''}${abs(value) / 100:,.2f}"
    return f"{value:.1%}" if kind == "share" else f"{value:,}"
