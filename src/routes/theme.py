"""POST /theme: light or dark, kept in a cookie."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from aws_lambda_powertools.event_handler import Response

from errors import BadRequest
from routes import csrf
from routes.common import Request, new_router, request_of

router = new_router()
YEAR = 31_536_000  # seconds


@router.post("/theme")
def theme() -> Response[Any]:
    request = request_of(router)
    form = {name: values[-1] for name, values in parse_qs(_body(request)).items()}
    csrf.check(request.event, form.get("csrf", ""))
    chosen = form.get("theme", "")
    if chosen not in ("light", "dark"):
        raise BadRequest(f"theme={chosen[:100]!r} is not known", "light or dark")
    path = request.prefix or "/"
    headers: dict[str, str | list[str]] = {
        "Location": request.prefix + _own_path(form.get("next", "/")),
        "Set-Cookie": f"theme={chosen}; Path={path}; Max-Age={YEAR}; SameSite=Lax",
        "Cache-Control": "no-store",
    }
    return Response(status_code=303, content_type="text/plain", body="", headers=headers)


def _body(request: Request) -> str:
    """Raises BadRequest for bytes that are no form."""
    try:
        return request.event.decoded_body or ""
    except ValueError:
        raise BadRequest("The form is not UTF-8", "reload the page and try again") from None


def _own_path(given: str) -> str:
    """Where to go next: a path of this console, never another site."""
    local = given.startswith("/") and given[1:2] not in ("/", "\\") and given.isprintable()
    return given if local else "/"
