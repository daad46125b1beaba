"""GET /accounts: every account with what it holds."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import Response

import dom
from routes.common import answer, context_of, new_router, request_of
from views.estate import accounts as view

router = new_router()


@router.get("/accounts")
def accounts() -> Response[Any]:
    request = request_of(router)
    everything = request.everything
    groups, collections = everything.groups("account"), everything.collections()
    page = view.view(context_of(request), groups, collections, everything.coverage(None, {}))
    return answer(request, dom.document(page))
