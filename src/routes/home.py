"""GET /: the estate at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import Response

import dom
from dom import Element
from errors import NotReady, PoloError
from routes.common import Request, answer, context_of, new_router, request_of
from routes.costs import names_of
from routes.findings import findings_at_hand
from services.models.domain.costs import CostQuery, Spending
from views.cop import cop
from views.estate import home as view
from views.links.context import Context
from views.links.cop import OPEN

if TYPE_CHECKING:
    from services.cop.store.findings import Findings

router = new_router()
CHANGES = 3
NEWEST = 5  # as many as the chart beside them is high


@router.get("/")
def home() -> Response[Any]:
    request = request_of(router)
    everything = request.everything
    on_their_way: dict[str, str] = {}
    findings, spending = _findings(request, on_their_way), _spending(request, on_their_way)
    context = context_of(request)
    page = view.view(
        context,
        totals=everything.totals(),
        by_account=everything.groups("account"),
        by_type=everything.groups("type"),
        by_region=everything.groups("region"),
        by_owner=everything.groups("owner"),
        newest=everything.newest(NEWEST),
        collections=everything.collections(),
        changes=request.console.history.lately(CHANGES),
        spending=spending,
        flagged=_flagged(request, context, findings),
        on_their_way=on_their_way,
    )
    return answer(request, dom.document(page))


def _spending(request: Request, on_their_way: dict[str, str]) -> Spending | None:
    """None where no costs are known, or can't be read: Home goes on without, and says so."""
    try:
        found = request.console.costs.at_hand()
        headline = found and found.headline()
    except NotReady as error:
        on_their_way["Cost by month"] = error.message
        return None
    except PoloError as error:
        request.note(f"Costs are not shown. {error}", error.message)
        return None
    request.note(found.notice if found else "")
    if not found or not headline:
        return None
    return Spending(headline, found.pivot(CostQuery()), found.movers(), names_of(request, found))


def _findings(request: Request, on_their_way: dict[str, str]) -> Findings | None:
    try:
        return findings_at_hand(request)
    except NotReady as error:
        on_their_way["Cloud Cop"] = error.message
        return None


def _flagged(request: Request, context: Context, findings: Findings | None) -> Element | None:
    if findings is None:
        return None
    groups = findings.groups("rule", OPEN)
    return cop.summary(context, groups, findings.totals(OPEN), request.console.cop.rules())
