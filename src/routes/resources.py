"""GET /resources...: lists of all resources or of one type, as page, fragment or CSV, and one resource."""

from __future__ import annotations

from functools import partial
from typing import Any

from aws_lambda_powertools.event_handler import Response

import dom
from errors import NotFound, PoloError
from routes.common import Request, answer, answer_csv, context_of, daily_of, new_router, request_of, segment
from routes.export import resources_csv
from routes.findings import at_hand
from routes.lists import Asked, check_collected, check_page, count_of, kind_of, or_csv, read_query
from routes.parameters import Given
from services.models.all import Everything
from services.models.everything.query import Page, Query
from services.models.kit.base import ResourceType
from services.models.kit.change import Change
from services.models.kit.scope import Key, key_of
from views.estate import detail, metrics
from views.estate import resources as view
from views.links.context import Context
from views.links.links import list_url
from views.parts import finding_rows
from views.parts.list_state import ListState, Loosened, loosenings

router = new_router()
HISTORY = 20  # changes on a resource's page


def read_list(given: Given) -> Query:
    """The query of the list of all resources, or of those of the type in the path. Raises NotFound too."""
    return read_query(given, kind_of(segment(given.path["type"])).name if "type" in given.path else None)


@router.get("/resources", takes=or_csv(read_list))
def resources(asked: Asked[Query]) -> Response[Any]:
    return _list(request_of(router), asked)


@router.get("/resources/<type>", takes=or_csv(read_list))
def resources_of_type(asked: Asked[Query], type: str) -> Response[Any]:
    return _list(request_of(router), asked)


@router.get("/resources/<type>/<account>/<region>/<id>")
def resource(type: str, account: str, region: str, id: str) -> Response[Any]:
    request = request_of(router)
    kind = kind_of(segment(type))
    found = request.everything.detail(kind.name, segment(account), segment(region), segment(id))
    if found is None:
        message = f"{kind.singular} {segment(id)[:200]!r} is not in the last collection"
        raise NotFound(message, f"it may be gone; inv sync -r {kind.name} collects again")
    key, findings = key_of(found.document), at_hand(request)
    changes = _changes(request, key)
    context = context_of(request)
    measured = metrics.card_of(kind, found.document, *daily_of(request, kind, found.document))
    rules = request.console.cop.rules
    flagged = finding_rows.card_of(context, key, findings.of(key), rules(), found.head) if findings else None
    page = detail.view(context, found, kind, changes, measured, flagged)
    return answer(request, dom.document(page))


def _changes(request: Request, key: Key) -> tuple[Change, ...]:
    """Those of one resource; none, and a note, where they can't be read."""
    try:
        return request.console.history.of(key, HISTORY)
    except PoloError as error:
        request.note(f"Changes are not shown. {error}", error.message)
        return ()


def _list(request: Request, asked: Asked[Query]) -> Response[Any]:
    query = asked.query
    if asked.csv:
        return _csv(request, query)
    page = page_of(request, query)
    kind = kind_of(query.type) if query.type else None
    findings = at_hand(request)
    context = context_of(request, query.text)
    marks = findings.marks([row.id for row in page.rows]) if findings else {}
    state = _state(request, context, page, kind)
    if request.partial:
        return answer(request, dom.render(view.results(context, page, kind, marks, state)))
    return answer(request, dom.document(view.view(context, page, kind, marks, state)))


def _csv(request: Request, query: Query) -> Response[Any]:
    """Raises NotCollected."""
    everything = request.everything

    def counts() -> tuple[int, int]:
        page = everything.page(query)
        return page.totals.count, page.all

    check_collected(request, everything.coverage(query.type, query.filters), counts, query.type)
    return answer_csv(request, query.type or "resources", resources_csv(everything, query))


def _state(request: Request, context: Context, page: Page, kind: ResourceType | None) -> ListState:
    """How what the list shows was collected; of one that filters have emptied, what fewer would show."""
    query, everything = page.query, request.everything
    found = everything.coverage(query.type, query.filters)
    if page.totals.count or not page.all:
        return ListState(found)
    titles = {column.field: column.label.lower() for column in (kind.columns if kind else ())}
    wider = (
        Loosened(title, list_url(context, each), count_of(partial(_count, everything, each)))
        for title, each in loosenings(context, query, titles)
    )
    return ListState(found, tuple(wider))


def _count(everything: Everything, query: Query) -> int:
    return everything.page(query).totals.count


def page_of(request: Request, query: Query) -> Page:
    """Raises BadRequest for a page after the last."""
    page = request.everything.page(query)
    check_page(query.page, page.pages)
    return page
