"""GET /health: 200 or 503 and nothing else, for strangers may ask. GET /api/health: why, and what runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.event_handler import Response

from routes.common import Request, answer_json, new_router, request_of
from services.models.kit.values import iso
from services.read.builds import OnItsWay
from services.read.estate_source import BEHIND

router = new_router()
OLD = timedelta(hours=3)  # the collection runs every hour
HEADERS: dict[str, str | list[str]] = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True)
class Health:
    """readable: whether the data could be read just now. collected: the newest collection, ms since 1970.

    fresh: whether anything was collected lately; before the first collection there is nothing to be old.
    """

    readable: bool
    fresh: bool
    collected: int | None = None

    @property
    def status(self) -> int:
        return 200 if self.readable and self.fresh else 503


@router.get("/health")
def health() -> Response[Any]:
    status = _health(request_of(router)).status
    return Response(status_code=status, content_type="text/plain", body="", headers=dict(HEADERS))


@router.get("/api/health")
def health_json() -> Response[Any]:
    request = request_of(router)
    found, console = _health(request), request.console
    age = None if found.collected is None else int(request.now.timestamp() - found.collected / 1000)
    content = {
        "status": "ok" if found.status == 200 else "failing",
        "release": console.release or None,
        "environment": console.environment,
        "table": "ok" if found.readable else "unreadable",
        "collected": iso(found.collected),
        "age_seconds": age,
    }
    return answer_json(request, content, found.status)


def _health(request: Request) -> Health:
    console = request.console
    try:
        everything = console.estate.current()
        fresh, scopes, _ = everything.freshness(int((request.now - OLD).timestamp() * 1000))
        collected = max((head.generation for head in everything.heads()), default=0) or None
    except OnItsWay:  # the table answers; a large estate is being read
        return Health(readable=True, fresh=True)
    except Exception:  # whatever it is, a stranger is told no more than that
        return Health(readable=False, fresh=False)
    still = not scopes or fresh > 0 or not console.deployed  # nobody collects for a laptop
    readable = console.estate.notice in ("", BEHIND)
    return Health(readable=readable, fresh=still, collected=collected)
