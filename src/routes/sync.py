"""GET /sync: how fresh every scope is, as page and as JSON."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import Response

import dom
from routes.common import answer, answer_json, context_of, new_router, request_of
from views import sync as view

router = new_router()


@router.get("/sync")
def sync() -> Response[Any]:
    request = request_of(router)
    return answer(request, dom.document(view.view(context_of(request), request.everything.heads())))


@router.get("/api/sync")
def sync_json() -> Response[Any]:
    request = request_of(router)
    return answer_json(request, {"scopes": [head.to_json() for head in request.everything.heads()]})
