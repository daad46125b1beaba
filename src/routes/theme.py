"""POST /theme: light or dark, kept in a cookie."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import Response

from routes.common import new_router, request_of
from routes.forms import see_other
from routes.parameters import Given, check

router = new_router()
YEAR = 31_536_000  # seconds


def read_theme(given: Given) -> tuple[str, str]:
    """The theme, and where to go next. Raises BadRequest for another theme."""
    chosen = check("theme", given.one("theme"), ("light", "dark"), "is not known")
    return chosen, _own_path(given.one("next", "/"))


@router.post("/theme", takes=read_theme)
def theme(asked: tuple[str, str]) -> Response[Any]:
    request = request_of(router)
    chosen, after = asked
    path = request.prefix or "/"
    cookie = f"theme={chosen}; Path={path}; Max-Age={YEAR}; SameSite=Lax"
    return see_other(request.prefix + after, **{"Set-Cookie": cookie})


def _own_path(given: str) -> str:
    """Where to go next: a path of this console, never another site."""
    local = given.startswith("/") and given[1:2] not in ("/", "\\") and given.isprintable()
    return given if local else "/"
