"""GET /changes: what appeared, vanished and changed, as page, JSON and CSV."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from aws_lambda_powertools.event_handler import Response

import dom
from errors import BadRequest
from routes.common import Request, answer, answer_csv, answer_json, context_of, new_router, request_of
from routes.export import changes_csv, counted, facets_json
from routes.lists import (
    Asked,
    check_collected,
    check_page,
    check_values,
    count_of,
    or_csv,
    read_day,
    read_page,
    read_text,
    read_values,
)
from routes.parameters import Given
from services.models import RESOURCE_TYPES
from services.models.everything.history import CHANGE_FACETS, ChangePage, ChangeQuery, History
from views.estate import changes as view
from views.links.context import Context
from views.links.links import changes_url
from views.parts.list_state import ListState, Loosened, loosenings

router = new_router()
DAYS = 7  # that are shown when none are asked for
MOST_DAYS = 92
KINDS = ("appeared", "changed", "vanished")


def read_changes(given: Given) -> ChangeQuery:
    """The query in a URL's parameters. Raises BadRequest that names the value and what would do."""
    filters = read_values(given, CHANGE_FACETS)
    check_values(filters, "kind", KINDS)
    check_values(filters, "type", RESOURCE_TYPES)
    first, last = (read_day(given, name) for name in ("from", "to"))
    text = read_text(given)
    names = given.request.everything.accounts() if text else {}
    return ChangeQuery(first, last, text, filters, read_page(given), names)


@router.get("/changes", takes=or_csv(read_changes))
def changes(given: Asked[ChangeQuery]) -> Response[Any]:
    request, asked = request_of(router), given.query
    if given.csv:
        query = _with_days(request, asked)
        history, _ = _history(request, query)
        _check_collected(request, query, history)
        content = changes_csv(history.changes(query), request.everything.accounts())
        return answer_csv(request, "changes", content)
    page, notice = _page(request, asked)
    context = context_of(request)
    state = _state(request, context, page, asked)
    if request.partial:
        return answer(request, dom.render(*view.results(context, page, asked, notice, state)))
    return answer(request, dom.document(view.view(context, page, asked, notice, state)))


def _check_collected(request: Request, query: ChangeQuery, history: History) -> None:
    """Raises NotCollected."""

    def counts() -> tuple[int, int]:
        page = history.page(query)
        return page.count, page.all

    check_collected(request, request.everything.coverage(None, query.filters), counts)


def _state(request: Request, context: Context, page: ChangePage, asked: ChangeQuery) -> ListState:
    """How the scopes were collected; of an empty list, what fewer filters would show."""
    found = request.everything.coverage(None, asked.filters)
    if page.count or not page.all:
        return ListState(found)
    wider = (
        Loosened(title, changes_url(context, each), count_of(partial(_count, request, each)))
        for title, each in loosenings(context, asked, {"kind": "what"})
    )
    return ListState(found, tuple(wider))


@router.get("/api/changes", takes=read_changes)
def changes_json(asked: ChangeQuery) -> Response[Any]:
    request = request_of(router)
    page, notice = _page(request, asked)
    names = request.everything.accounts()
    coverage = request.everything.coverage(None, asked.filters)
    content = {
        "count": counted(page.count, coverage, page.all),
        "page": page.query.page,
        "pages": page.pages,
        "from": page.query.first,
        "to": page.query.last,
        "notice": notice,
        "collection": coverage.to_json(),
        "changes": [
            each.to_json() | {"account_name": names.get(each.account), "gone": each.key not in page.known}
            for each in page.changes
        ],
        "days": page.days,
        "facets": facets_json(page.facets),
    }
    return answer_json(request, content)


def _count(request: Request, asked: ChangeQuery) -> int:
    return _page(request, asked)[0].count


def _with_days(request: Request, asked: ChangeQuery) -> ChangeQuery:
    """The query with its days: by default the week up to the last collection. Raises BadRequest."""
    newest = max((head.attempted for head in request.everything.heads()), default=0)
    end = datetime.fromtimestamp(newest / 1000, UTC).date() if newest else request.now.date()
    last = date.fromisoformat(asked.last) if asked.last else end
    try:
        first = date.fromisoformat(asked.first) if asked.first else last - timedelta(days=DAYS - 1)
    except OverflowError:
        raise BadRequest(f"to={asked.last!r} has no days before it", "choose a later one") from None
    if not asked.last:
        last = max(first, last)
    span = (last - first).days
    if span < 0:
        raise BadRequest(f"from={first} is after to={last}", "turn them round")
    if span >= MOST_DAYS:
        raise BadRequest(f"from={first} to={last} are {span + 1} days", f"at most {MOST_DAYS} at once")
    return replace(asked, first=first.isoformat(), last=last.isoformat())


def _history(request: Request, query: ChangeQuery) -> tuple[History, str]:
    return request.console.history.covering(query.first, query.last, query.filters.get("account", ()))


def _page(request: Request, asked: ChangeQuery) -> tuple[ChangePage, str]:
    """The page, and what of it is missing. Raises BadRequest for a page after the last."""
    query = _with_days(request, asked)
    history, notice = _history(request, query)
    page = history.page(query)
    check_page(query.page, page.pages)
    return replace(page, known=request.everything.known([each.key for each in page.changes])), notice
