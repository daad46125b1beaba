"""Defence of POST requests: a token in cookie and form, and an Origin that is our own."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from errors import Forbidden

COOKIE = "polo_csrf"
TOKEN_BYTES = 24


def cookies(event: APIGatewayProxyEvent) -> dict[str, str]:
    """The request's cookies, as they stand: an odd one of another program never hides ours."""
    pairs = (part.strip().partition("=") for part in (event.headers.get("Cookie") or "").split(";"))
    return {name: value for name, _, value in pairs}


def token(event: APIGatewayProxyEvent) -> str:
    """The token that this request's page puts into its forms: the visitor's own, or a new one."""
    known = cookies(event).get(COOKIE)
    if known:
        return known
    made: str = event.raw_event.setdefault("polo.csrf", secrets.token_urlsafe(TOKEN_BYTES))
    return made


def set_cookie(event: APIGatewayProxyEvent, prefix: str) -> str:
    """The Set-Cookie line that makes `token` the visitor's own."""
    secure = "; Secure" if event.headers.get("X-Forwarded-Proto") == "https" else ""
    return f"{COOKIE}={token(event)}; Path={prefix or '/'}; HttpOnly; SameSite=Strict{secure}"


def check(event: APIGatewayProxyEvent, given: str) -> None:
    """Raises Forbidden unless the form came from one of our own pages in this browser."""
    own = event.headers.get("Host") or ""
    came_from = urlsplit(event.headers.get("Origin") or event.headers.get("Referer") or "").netloc
    if not own or came_from != own:
        raise Forbidden(
            f"The form came from {came_from or 'nowhere'!r}, not from this console", "reload the page"
        )
    known = cookies(event).get(COOKIE) or ""
    if not known or not hmac.compare_digest(known.encode(), given.encode()):
        raise Forbidden("The form's token is not this browser's", "reload the page and try again")
