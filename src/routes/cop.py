"""GET /cop...: findings as overview, list, CSV and JSON; a rule, and what all rules say of a resource."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import Response

import dom
from errors import NotFound
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
from routes.export import counted, facets_json, findings_csv
from routes.findings import findings_of
from routes.lists import (
    Asked,
    check_collected,
    check_page,
    check_values,
    count_of,
    or_csv,
    read_page,
    read_sort,
    read_text,
    read_values,
)
from routes.parameters import Given, check
from services.models import RESOURCE_TYPES
from services.models.domain.costs import SPEND
from services.models.domain.finding import CONFIDENCES, EVERY_TYPE, SEVERITIES, RuleInfo, without_data
from services.models.domain.findings import FINDING_FACETS, FINDING_SORTS, FindingPage, FindingQuery
from services.models.everything.coverage import Coverage
from services.models.kit.scope import Key
from views.cop import cop as view
from views.cop import findings as list_view
from views.cop import rule as rule_view
from views.cop import why as why_view
from views.links.context import Context
from views.links.cop import OPEN, findings_url, with_only
from views.parts.list_state import ListState, Loosened, loosenings

if TYPE_CHECKING:
    from services.cop.store.findings import Findings

router = new_router()
VALUES = {  # of filters that have no others
    "status": ("open", "muted", "resolved"),
    "severity": SEVERITIES,
    "type": (*RESOURCE_TYPES, SPEND),
    "confidence": CONFIDENCES,
}


def read_by(given: Given) -> str:
    """What the overview groups by. Raises BadRequest."""
    return check("by", given.one("by", "rule"), tuple(view.GROUPS), "is not known")


def read_findings(given: Given) -> FindingQuery:
    """The query in a URL's parameters. Raises BadRequest that names the value and what would do."""
    sort, descending = read_sort(given, FINDING_SORTS, "severity")
    filters = read_values(given, FINDING_FACETS)
    for name, valid in VALUES.items():
        check_values(filters, name, valid)
    if not {*filters.get("rule", ())} <= {*given.request.console.cop.rules()}:
        check_values(filters, "rule", _rules(given.request))
    text = read_text(given)
    names = given.request.everything.accounts() if text else {}
    return FindingQuery(text, filters, sort, descending, read_page(given), names)


@router.get("/cop", takes=read_by)
def overview(by: str) -> Response[Any]:
    request = request_of(router)
    desk = request.console.cop
    findings = findings_of(request)
    shown = view.Overview(
        open=findings.totals(OPEN),
        severe=findings.totals(view.SEVERE),
        statuses={group.value: group.totals.count for group in findings.groups("status", FindingQuery())},
        by=by,
        groups=findings.groups(by, OPEN),
        coverage=coverage_of(request, OPEN),
        without_data=len(without_data(desk.rules().values(), request.everything.collected_types())),
    )
    return answer(request, dom.document(view.view(context_of(request), shown, desk.rules())))


@router.get("/cop/findings", takes=or_csv(read_findings))
def findings(asked: Asked[FindingQuery]) -> Response[Any]:
    request, query = request_of(router), asked.query
    if asked.csv:
        return _csv(request, query)
    page, rules, context = _page(request, query), request.console.cop.rules(), context_of(request)
    state = _state(request, context, page)
    if request.partial:
        return answer(request, dom.render(list_view.results(context, page, rules, state)))
    return answer(request, dom.document(list_view.view(context, page, rules, state)))


def _csv(request: Request, query: FindingQuery) -> Response[Any]:
    """Raises NotCollected."""
    found = findings_of(request)

    def counts() -> tuple[int, int]:
        page = found.page(query)
        return page.totals.count, page.all

    check_collected(request, coverage_of(request, query), counts)
    content = findings_csv(found.every(query), request.everything.accounts())
    return answer_csv(request, "findings", content)


def _state(request: Request, context: Context, page: FindingPage) -> ListState:
    """How what the findings are about was collected; of an empty list, what fewer filters would show."""
    query, found = page.query, coverage_of(request, page.query)
    if page.totals.count or not page.all:
        return ListState(found)
    findings = request.console.cop.findings(request.everything, request.now)
    wider = (
        Loosened(title, findings_url(context, each), count_of(partial(_count, findings, each)))
        for title, each in loosenings(context, query)
    )
    return ListState(found, tuple(wider))


def _count(findings: Findings, query: FindingQuery) -> int:
    return findings.page(query).totals.count


def coverage_of(request: Request, query: FindingQuery) -> Coverage:
    """How the scopes were collected that these findings are about; costs are no scope's."""
    types = tuple(type for type in query.filters.get("type", ()) if type != SPEND)
    scoped = {"account": query.filters.get("account", ()), "type": types}
    return request.everything.coverage(None, scoped)


@router.get("/api/cop/findings", takes=read_findings)
def findings_json(query: FindingQuery) -> Response[Any]:
    request = request_of(router)
    page, coverage = _page(request, query), coverage_of(request, query)
    totals = page.totals
    count = counted(totals.count, coverage, page.all)
    content = {
        "count": count,
        "saving_cents": None if count is None else totals.known(totals.saving),
        "hints_cents": None if count is None else totals.known(totals.hints),
        "page": page.query.page,
        "pages": page.pages,
        "collection": coverage.to_json(),
        "findings": [row.entry.to_json() | {"status": row.status, "mute": row.mute} for row in page.rows],
        "facets": facets_json(page.facets),
        "notice": " ".join(request.notices),
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
    found = findings_of(request)
    page = rule_view.view(
        context_of(request),
        rules[name],
        found.page(query),
        found.groups("owner", query),
        *desk.limits(name),
        _coverage_of_rule(request, rules[name]),
    )
    return answer(request, dom.document(page))


def _coverage_of_rule(request: Request, rule: RuleInfo) -> Coverage:
    types = () if rule.types == EVERY_TYPE else rule.types
    return request.everything.coverage(None, {"type": tuple(types)})


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


def _rules(request: Request) -> list[str]:
    """The rules that there are, and those that findings are left of."""
    found = findings_of(request).groups("rule", FindingQuery())
    return [*dict.fromkeys((*request.console.cop.rules(), *(group.value for group in found)))]


def _page(request: Request, query: FindingQuery) -> FindingPage:
    """Raises BadRequest for a page after the last."""
    page = findings_of(request).page(query)
    check_page(query.page, page.pages)
    return page
