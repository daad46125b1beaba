"""GET /api/...: every list as JSON, with the same parameters as its page."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import Response

from errors import NotFound
from routes.common import Request, answer_json, daily_of, new_router, request_of, segment
from routes.export import counted, dollars, facets_json, row_json
from routes.resources import HISTORY, page_of, read_list
from services.models import RESOURCE_TYPES
from services.models.everything.query import Query, Totals
from services.models.kit.scope import key_of

router = new_router()


@router.get("/api/resources", takes=read_list)
def resources(query: Query) -> Response[Any]:
    return _list(request_of(router), query)


@router.get("/api/resources/<type>", takes=read_list)
def resources_of_type(query: Query, type: str) -> Response[Any]:
    return _list(request_of(router), query)


@router.get("/api/resources/<type>/<account>/<region>/<id>")
def resource(type: str, account: str, region: str, id: str) -> Response[Any]:
    request = request_of(router)
    found = request.everything.detail(*map(segment, (type, account, region, id)))
    if found is None:
        raise NotFound(f"{segment(type)[:100]!r} {segment(id)[:200]!r} is not in the last collection")
    head = found.head.shown() if found.head else None
    changes = request.console.history.of(key_of(found.document), HISTORY)
    history = [each.to_json() for each in changes]
    kind = RESOURCE_TYPES.get(found.document["type"])
    daily = daily_of(request, kind, found.document)[0] if kind else None
    values = {"last": str(daily.last), "values": daily.values} if daily else None
    return answer_json(
        request, {"resource": found.document, "scope": head, "daily": values, "history": history}
    )


@router.get("/api/accounts")
def accounts() -> Response[Any]:
    request = request_of(router)
    totals = {group.value: group.totals for group in request.everything.groups("account")}
    names = request.everything.accounts()
    collected = {part.account for part in request.everything.collections().parts if part.good}
    every = [
        {"id": id, "name": names.get(id), **_totals(totals.get(id, Totals()), id in collected)}
        for id in {**names, **totals}
    ]
    every = [each | {"count": each["count"] or (0 if each["id"] in collected else None)} for each in every]
    collection = request.everything.coverage(None, {}).to_json()
    return answer_json(request, {"collection": collection, "accounts": every})


@router.get("/api/summary")
def summary() -> Response[Any]:
    request = request_of(router)
    everything = request.everything
    coverage = everything.coverage(None, {})
    groups = {
        f"by_{field}": {group.value: _totals(group.totals) for group in everything.groups(field)}
        for field in ("account", "type", "region", "owner")
    }
    whole = _totals(everything.totals(), not coverage.nothing)
    count = counted(everything.totals().count, coverage, 0)
    return answer_json(request, {**whole, "count": count, "collection": coverage.to_json(), **groups})


def _list(request: Request, query: Query) -> Response[Any]:
    page = page_of(request, query)
    names = request.everything.accounts()
    coverage = request.everything.coverage(query.type, query.filters)
    content = {
        **_totals(page.totals, not coverage.nothing),
        "count": counted(page.totals.count, coverage, page.all),
        "collection": coverage.to_json(),
        "estimated": page.about,
        "page": query.page,
        "pages": page.pages,
        "resources": [row_json(row, names, query.type) for row in page.rows],
        "facets": facets_json(page.facets),
    }
    return answer_json(request, content)


def _totals(totals: Totals, collected: bool = True) -> dict[str, Any]:
    """cost: USD a month of those that are known, None when none is, or nothing was collected."""
    known = totals.unknown < totals.count if totals.count else collected
    cost = dollars(totals.cost) if known else None
    return {"count": totals.count, "cost": cost, "cost_unknown": totals.unknown}
