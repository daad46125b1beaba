"""GET /cop...: findings as overview, list, CSV and JSON; a rule, and what all rules say of a resource."""

from __future__ import annotations

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
from routes.export import facets_json, findings_csv
from routes.lists import check_page, read_page, read_text, read_values, wants_csv
from services.models.findings import FINDING_FACETS, FINDING_SORTS, FindingPage, FindingQuery
from services.models.scope import Key
from views import cop as view
from views import findings as list_view
from views import rule as rule_view
from views import why as why_view
from views.cop_links import OPEN, with_only

router = new_router()


@router.get("/cop")
def overview() -> Response[Any]:
    request = request_of(router)
    by = request.query.get("by", ["rule"])[-1]
    if by not in view.GROUPS:
        raise BadRequest(f"by={by[:100]!r} is not known", f"one of {', '.join(view.GROUPS)}")
    desk = request.console.cop
    findings = desk.findings(request.everything, request.now)
    shown = view.Overview(
        open=findings.totals(OPEN),
        severe=findings.totals(view.SEVERE),
        statuses={group.value: group.totals.count for group in findings.groups("status", FindingQuery())},
        by=by,
        groups=findings.groups(by, OPEN),
    )
    return answer(request, dom.document(view.view(context_of(request), shown, desk.rules())))


@router.get("/cop/findings")
def findings() -> Response[Any]:
    request = request_of(router)
    query = read_findings(request.query)
    if wants_csv(request.query, "/api/cop/findings"):
        rows = request.console.cop.findings(request.everything, request.now).every(query)
        return answer_csv(request, "findings", findings_csv(rows, request.everything.accounts()))
    page, rules, context = _page(request, query), request.console.cop.rules(), context_of(request)
    if request.partial:
        return answer(request, dom.render(list_view.results(context, page, rules)))
    return answer(request, dom.document(list_view.view(context, page, rules)))


@router.get("/api/cop/findings")
def findings_json() -> Response[Any]:
    request = request_of(router)
    page = _page(request, read_findings(request.query))
    content = {
        "count": page.totals.count,
        "saving_cents": page.totals.saving,
        "hints_cents": page.totals.hints,
        "page": page.query.page,
        "pages": page.pages,
        "findings": [row.entry.to_json() | {"status": row.status, "mute": row.mute} for row in page.rows],
        "facets": facets_json(page.facets),
    }
    return answer_json(request, content)


@router.get("/cop/rules/<id>")
def rule(id: str) -> Response[Any]:
    request = request_of(router)
    desk, name = request.console.cop, segment(id)
    rules = desk.rules()
    if name not in rules:
        raise NotFound(f"There is no rule {name[:100]!r}", f"one of {', '.join(rules)}")
    query = with_only("rule", name)
    found = desk.findings(request.everything, request.now)
    page = rule_view.view(
        context_of(request), rules[name], found.page(query), found.groups("owner", query), *desk.limits(name)
    )
    return answer(request, dom.document(page))


@router.get("/cop/why/<type>/<account>/<region>/<id>")
def why(type: str, account: str, region: str, id: str) -> Response[Any]:
    request = request_of(router)
    key = Key(*map(segment, (type, account, region, id)))
    detail = request.everything.detail(*key)
    if detail is None or detail.head is None:
        raise NotFound(f"{key.id[:200]!r} is not in the last collection", "it may be gone")
    name = str(detail.document["name"] or key.id)
    said, frozen = request.console.cop.why(request.everything, detail, request.now)
    judgements = [why_view.Judgement(rule, verdict) for rule, verdict in said]
    return answer(request, dom.document(why_view.view(context_of(request), key, name, judgements, frozen)))


def read_findings(parameters: dict[str, list[str]]) -> FindingQuery:
    """The query in a URL's parameters. Raises BadRequest that names the value and what would do."""
    sort = parameters.get("sort", ["severity"])[-1]
    if sort.removeprefix("-") not in FINDING_SORTS:
        raise BadRequest(f"sort={sort[:100]!r} is no column", f"one of {', '.join(FINDING_SORTS)}")
    return FindingQuery(
        read_text(parameters.get("q", [""])[-1]),
        read_values(parameters, FINDING_FACETS),
        sort.removeprefix("-"),
        sort.startswith("-"),
        read_page(parameters.get("page", ["1"])[-1]),
    )


def _page(request: Request, query: FindingQuery) -> FindingPage:
    """Raises BadRequest for a page after the last."""
    page = request.console.cop.findings(request.everything, request.now).page(query)
    check_page(query.page, page.pages)
    return page
