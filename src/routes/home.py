"""GET /: the estate at a glance."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from aws_lambda_powertools.event_handler import Response

import dom
from errors import PoloError
from routes.common import Request, answer, context_of, new_router, request_of
from routes.costs import names_of
from services.models.costs import CostQuery, Spending
from views import home as view

router = new_router()
CHANGES = 3
NEWEST = 5  # as many as the chart beside them is high


@router.get("/")
def home() -> Response[Any]:
    request = request_of(router)
    everything = request.everything
    page = view.view(
        context_of(request),
        totals=everything.totals(),
        by_account=everything.groups("account"),
        by_type=everything.groups("type"),
        by_region=everything.groups("region"),
        by_owner=everything.groups("owner"),
        newest=everything.newest(NEWEST),
        collections=everything.collections(),
        changes=request.console.history.lately(CHANGES),
        spending=_spending(request),
    )
    return answer(request, dom.document(page))


def _spending(request: Request) -> Spending | None:
    """None where no costs are known, or can't be read: Home goes on without."""
    with suppress(PoloError):
        found = request.console.costs.at_hand()
        headline = found and found.headline()
        if found and headline:
            return Spending(headline, found.pivot(CostQuery()), found.movers(), names_of(request, found))
    return None
