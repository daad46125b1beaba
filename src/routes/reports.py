"""GET /reports...: the dated reports as pages, JSON and CSV."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from aws_lambda_powertools.event_handler import Response

import dom
from errors import BadRequest, NotFound
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
from routes.lists import wants_csv
from services.models.report import Report, expires
from services.models.report_difference import difference
from views import report as view
from views import reports as index_view

router = new_router()


@router.get("/reports")
def index() -> Response[Any]:
    request = request_of(router)
    desk = request.console.reports
    found = desk.index(request.everything, request.now)
    return answer(request, dom.document(index_view.view(context_of(request), desk.reports(), found)))


@router.get("/api/reports")
def index_json() -> Response[Any]:
    request = request_of(router)
    found = request.console.reports.index(request.everything, request.now)
    return answer_json(request, {"reports": [latest.to_json() for latest in found]})


@router.get("/reports/<name>")
def report(name: str) -> Response[Any]:
    request = request_of(router)
    shown = _shown(request, segment(name))
    if wants_csv(request.query, f"/api/reports/{shown.info.name}"):
        return _csv(request, shown)
    return answer(request, dom.document(view.view(context_of(request), shown)))


@router.get("/api/reports/<name>")
def report_json(name: str) -> Response[Any]:
    """Rows as lists; columns say what stands in each: money is in US cents, a share between 0 and 1."""
    request = request_of(router)
    shown = _shown(request, segment(name))
    content = {
        "report": shown.report.to_json() if shown.report else None,
        "status": shown.standing.status,
        "error": shown.standing.error,
        "days": shown.days,
        "trend": [asdict(each) for each in shown.trend],
    }
    if shown.report and shown.against:
        found = difference(shown.against, shown.report)
        content["difference"] = asdict(found) | {"against": shown.against.day}
    return answer_json(request, content)


def _csv(request: Request, shown: view.Shown) -> Response[Any]:
    if shown.report is None:
        raise NotFound(f"There is no report {shown.info.name} yet", shown.standing.error)
    return answer_csv(request, f"{shown.report.name}-{shown.report.day}", report_csv(shown.report))


def _shown(request: Request, name: str) -> view.Shown:
    """Raises NotFound for a report or a day that is not there, BadRequest for what is no day."""
    desk, everything, now = request.console.reports, request.everything, request.now
    infos = desk.reports()
    if name not in infos:
        raise NotFound(f"There is no report {name[:100]!r}", f"one of {', '.join(infos)}")
    standing = desk.standing(name, everything, now)
    trend = desk.trend(name, everything, now)
    days = tuple(each.day for each in reversed(trend) if expires(each.day) > now)
    asked = _day(request, "date")
    found = _of(request, name, asked or standing.day, days)
    against = _day(request, "against")
    last = found.day if found else ""
    return view.Shown(
        infos[name],
        standing,
        found,
        days,
        tuple(each for each in trend if each.day <= last),
        _of(request, name, against, days) if found else None,
    )


def _of(request: Request, name: str, day: str, days: tuple[str, ...]) -> Report | None:
    if not day:
        return None
    known = day <= request.now.date().isoformat()
    found = request.console.reports.report(name, day, request.everything, request.now) if known else None
    if found is None:
        raise NotFound(f"There is no report {name} of {day}", f"one of {', '.join(days[:10]) or '(none)'}")
    return found


def _day(request: Request, name: str) -> str:
    given = request.query.get(name, [""])[-1]
    try:
        return date.fromisoformat(given).isoformat() if given else ""
    except ValueError:
        raise BadRequest(f"{name}={given[:100]!r} is no day", "write it as 2026-11-20") from None
