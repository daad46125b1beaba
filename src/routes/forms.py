"""What answers a form: the way to the next page."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import Response


def see_other(location: str, **headers: str) -> Response[Any]:
    """Where to go next. location: a path of this console, with its prefix."""
    sent: dict[str, str | list[str]] = {"Location": location, "Cache-Control": "no-store", **headers}
    return Response(status_code=303, content_type="text/plain", body="", headers=sent)
