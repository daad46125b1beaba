"""POST /theme: light or dark, kept in a cookie."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import Response

from errors import BadRequest
from routes.common import new_router, request_of
from routes.forms import posted, see_other

router = new_router()
YEAR = 31_536_000  # seconds


@router.post("/theme")
def theme() -> Response[Any]:
    request = request_of(router)
    form = posted(request)
    chosen = form.get("theme", "")
    if chosen not in ("light", "dark"):
        raise BadRequest(f"theme={chosen[:100]!r} is not known", "light or dark")
    path = request.prefix or "/"
    cookie = f"theme={chosen}; Path={path}; Max-Age={YEAR}; SameSite=Lax"
    return see_other(request.prefix + _own_path(form.get("next", "/")), **{"Set-Cookie": cookie})


def _own_path(given: str) -> str:
    """Where to go next: a path of this console, never another site."""
    local = given.startswith("/") and given[1:2] not in ("/", "\\") and given.isprintable()
    return given if local else "/"
