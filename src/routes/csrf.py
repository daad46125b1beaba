"""Defence of POST requests: a token in cookie and form, and an Origin that is our own."""

from __future__ import annotations

import hmac
import secrets

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from errors import Forbidden

TOKEN_BYTES = 24
PLAIN = "polo_csrf"  # over http on loopback; and over https that of earlier releases, which is not trusted
HOST_ONLY = f"__Host-{PLAIN}"  # no other host, and nobody on the way, can set a cookie of this name


def cookies(event: APIGatewayProxyEvent) -> dict[str, str]:
    """The request's cookies, as they stand: an odd one of another program never hides ours."""
    pairs = (part.strip().partition("=") for part in (event.headers.get("Cookie") or "").split(";"))
    return {name: value for name, _, value in pairs}


def token(event: APIGatewayProxyEvent) -> str:
    """The token that this request's page puts into its forms: the visitor's own, or a new one."""
    known = own_token(event)
    if known:
        return known
    made: str = event.raw_event.setdefault("polo.csrf", secrets.token_urlsafe(TOKEN_BYTES))
    return made


def own_token(event: APIGatewayProxyEvent) -> str:
    """The token in this visitor's cookie, "" for a new one."""
    return cookies(event).get(_cookie(event), "")


def set_cookies(event: APIGatewayProxyEvent, prefix: str) -> list[str]:
    """The Set-Cookie lines that make `token` the visitor's own, none if it is; under a stage, for all of it.

    That of an earlier release, which had the stage's path, goes.
    """
    if own_token(event):
        return []
    secure = "; Secure" if _scheme(event) == "https" else ""
    lines = [f"{_cookie(event)}={token(event)}; Path=/; HttpOnly; SameSite=Strict{secure}"]
    if secure and PLAIN in cookies(event):
        lines += [f"{PLAIN}=; Path={path}; Max-Age=0; Secure" for path in dict.fromkeys((prefix or "/", "/"))]
    return lines


def check(event: APIGatewayProxyEvent, given: str) -> None:
    """Raises Forbidden unless the form came from one of our own pages in this browser."""
    host = event.headers.get("Host") or ""
    came_from = event.headers.get("Origin") or event.headers.get("Referer") or "nowhere"
    if not (host and f"{came_from}/".startswith(f"{_scheme(event)}://{host}/")):
        raise Forbidden(f"The form came from {came_from[:200]!r}, not from this console", "reload the page")
    known = own_token(event)
    if not known or not hmac.compare_digest(known.encode(), given.encode()):
        raise Forbidden("The form's token is not this browser's", "reload the page and try again")


def _scheme(event: APIGatewayProxyEvent) -> str:
    """As the browser sees it: API Gateway says so, and lets nobody else say it."""
    return "https" if event.headers.get("X-Forwarded-Proto") == "https" else "http"


def _cookie(event: APIGatewayProxyEvent) -> str:
    return HOST_ONLY if _scheme(event) == "https" else PLAIN
