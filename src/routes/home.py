"""GET /: the estate at a glance."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import Response

import dom
from routes.common import answer, context_of, new_router, request_of
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
        heads=everything.heads(),
        changes=request.console.history.lately(CHANGES),
    )
    return answer(request, dom.document(page))
