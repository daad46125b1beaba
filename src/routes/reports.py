"""GET /reports...: the dated reports as pages, JSON and CSV."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, TypeVar

from aws_lambda_powertools.event_handler import Response

import dom
from errors import DataFileError, Lost, NotFound, PoloError
from routes.common import (
    Request,
    answer,
    answer_csv,
    answer_json,
    context_of,
    new_router,
    request_of,
    segment,
)
from routes.export import report_csv
from routes.lists import Asked, check_collected, or_csv, read_day
from routes.parameters import Given
from services.models.domain.report import Report, expires
from services.models.domain.report_difference import difference
from views.reports import report as view
from views.reports import reports as index_view

T = TypeVar("T")
router = new_router()


@router.get("/reports")
def index() -> Response[Any]:
    request = request_of(router)
    desk = request.console.reports
    found = desk.index(request.everything, request.now)
    coverage = request.everything.coverage(None, {})
    page = index_view.view(context_of(request), desk.reports(), found, coverage)
    return answer(request, dom.document(page))


@router.get("/api/reports")
def index_json() -> Response[Any]:
    request = request_of(router)
    found = request.console.reports.index(request.everything, request.now)
    collection = request.everything.coverage(None, {}).to_json()
    return answer_json(request, {"collection": collection, "reports": [each.to_json() for each in found]})


@dataclass(frozen=True)
class Days:
    """Which day's report, and which to compare it with; "" for the newest, and for none."""

    date: str
    against: str


def read_days(given: Given) -> Days:
    """Raises BadRequest for what is no day."""
    return Days(read_day(given, "date"), read_day(given, "against"))


@router.get("/reports/<name>", takes=or_csv(read_days))
def report(asked: Asked[Days], name: str) -> Response[Any]:
    request = request_of(router)
    shown = _shown(request, segment(name), asked.query)
    if asked.csv:
        return _csv(request, shown)
    page = view.view(context_of(request), shown, request.everything.coverage(None, {}))
    return answer(request, dom.document(page))


@router.get("/api/reports/<name>", takes=read_days)
def report_json(days: Days, name: str) -> Response[Any]:
    """Rows as lists; columns say what stands in each: money is in US cents, a share between 0 and 1."""
    request = request_of(router)
    shown = _shown(request, segment(name), days)
    content = {
        "report": shown.report.to_json() if shown.report else None,
        "status": shown.standing.status,
        "error": shown.standing.error,
        "notice": " ".join(request.notices),
        "days": shown.days,
        "trend": [asdict(each) for each in shown.trend],
    }
    if shown.report and shown.against:
        found = difference(shown.against, shown.report)
        content["difference"] = asdict(found) | {"against": shown.against.day}
    return answer_json(request, content)


def _readable(request: Request, ask: Callable[[], T]) -> T | None:
    """What is asked; None, and a notice, where it is lost: the page goes on with the rest."""
    try:
        return ask()
    except (Lost, DataFileError) as error:
        request.note(str(error))
        return None


def _csv(request: Request, shown: view.Shown) -> Response[Any]:
    if shown.report is None:
        if request.notices:
            raise PoloError(" ".join(request.notices))
        check_collected(request, request.everything.coverage(None, {}), lambda: (0, 0))
        raise NotFound(f"There is no report {shown.info.name} yet", shown.standing.error)
    return answer_csv(request, f"{shown.report.name}-{shown.report.day}", report_csv(shown.report))


def _shown(request: Request, name: str, asked: Days) -> view.Shown:
    """Raises NotFound for a report or a day that is not there."""
    desk, everything, now = request.console.reports, request.everything, request.now
    infos = desk.reports()
    if name not in infos:
        raise NotFound(f"There is no report {name[:100]!r}", f"one of {', '.join(infos)}")
    standing = desk.standing(name, everything, now)
    trend = _readable(request, lambda: desk.trend(name, everything, now)) or ()
    days = tuple(each.day for each in reversed(trend) if expires(each.day) > now)
    found = _of(request, name, asked.date or standing.day, days)
    last = found.day if found else ""
    return view.Shown(
        infos[name],
        standing,
        found,
        days,
        tuple(each for each in trend if each.day <= last),
        _of(request, name, asked.against, days) if found else None,
    )


def _of(request: Request, name: str, day: str, days: tuple[str, ...]) -> Report | None:
    if not day:
        return None
    known, desk = day <= request.now.date().isoformat(), request.console.reports
    noted = len(request.notices)
    ask = partial(desk.report, name, day, request.everything, request.now)
    found = _readable(request, ask) if known else None
    if found is None and len(request.notices) == noted:
        raise NotFound(f"There is no report {name} of {day}", f"one of {', '.join(days[:10]) or '(none)'}")
    return found
