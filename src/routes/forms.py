"""Forms: read, checked to be our own, and answered with the way to the next page."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from aws_lambda_powertools.event_handler import Response

from errors import BadRequest
from routes import csrf
from routes.common import Request


def posted(request: Request) -> dict[str, str]:
    """The fields of a form of our own. Raises Forbidden for any other, BadRequest for what is no form."""
    form = {name: values[-1] for name, values in parse_qs(_body(request)).items()}
    csrf.check(request.event, form.get("csrf", ""))
    return form


def see_other(location: str, **headers: str) -> Response[Any]:
    """Where to go next. location: a path of this console, with its prefix."""
    sent: dict[str, str | list[str]] = {"Location": location, "Cache-Control": "no-store", **headers}
    return Response(status_code=303, content_type="text/plain", body="", headers=sent)


def _body(request: Request) -> str:
    try:
        return request.event.decoded_body or ""
    except ValueError:
        raise BadRequest("The form is not UTF-8", "reload the page and try again") from None
