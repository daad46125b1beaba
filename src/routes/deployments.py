"""GET /deployments: the releases, what runs where, and how the last deployment went; as page and JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aws_lambda_powertools.event_handler import Response

import dom
from routes.common import answer, answer_json, context_of, new_router, request_of
from views.estate import deployments as view

router = new_router()


@router.get("/deployments")
def deployments() -> Response[Any]:
    request = request_of(router)
    console = request.console
    found = console.releases.deployments()
    page = view.view(context_of(request), found, console.environment if console.deployed else "")
    return answer(request, dom.document(page))


@router.get("/api/deployments")
def deployments_json() -> Response[Any]:
    request = request_of(router)
    found = request.console.releases.deployments()
    places = [
        asdict(place) | {"now": place.now and asdict(place.now), "before": place.before}
        for place in found.places
    ]
    content = {
        "environment": request.console.environment,
        "latest": found.latest or None,
        "count": found.count,
        "releases": [asdict(release) for release in found.releases],
        "environments": places,
    }
    return answer_json(request, content)
