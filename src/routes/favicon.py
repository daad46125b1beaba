"""GET /favicon.ico: what browsers ask for beside JSON, which can't name its icon as pages do."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import Response

from routes.common import new_router, request_of
from routes.forms import see_other

router = new_router()


@router.get("/favicon.ico")
def favicon() -> Response[Any]:
    request = request_of(router)
    return see_other(request.prefix + request.console.assets["favicon.svg"])
