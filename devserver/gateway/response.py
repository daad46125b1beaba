"""Proxy result -> HTTP response, and the answers API Gateway gives by itself."""

from __future__ import annotations

import base64
import binascii
import json
import re

from devserver.gateway.event import Event
from devserver.gateway.http_message import Headers, Response, value_of
from devserver.gateway.lambda_result import ProxyResult

# AWS developer guide, known issues: these come back as x-amzn-Remapped-<Name>
REMAPPED = frozenset(
    (
        "authorization",
        "connection",
        "content-length",
        "content-md5",
        "date",
        "expect",
        "host",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "trailer",
        "upgrade",
        "user-agent",
        "www-authenticate",
    )
)
REFUSED = frozenset({"transfer-encoding"})
NO_BODY = (204, 304)


def make_response(result: ProxyResult, event: Event, decode: bool) -> Response:
    """The response a client gets; `decode` says whether a base64 body goes out as bytes."""
    names = {name.lower() for name, _ in result.headers}
    if names & REFUSED:
        return internal_error(500, event)
    try:
        body = _body(result, decode)
    except binascii.Error:
        return internal_error(500, event)
    headers = [(_remapped(name), _wire(value)) for name, value in result.headers]
    if "content-type" not in names:
        headers.append(("Content-Type", "application/json"))
    trace_id = event["headers"]["X-Amzn-Trace-Id"]
    lines = (*headers, *_identifiers(event), ("X-Amzn-Trace-Id", trace_id))
    return _sized(result.status, lines, body, event["httpMethod"])


def internal_error(status: int, event: Event) -> Response:
    """502 for a wrong answer or a failed function, 500 where API Gateway fails on it."""
    return gateway_error(status, "Internal server error", "InternalServerErrorException", event)


def timed_out(event: Event) -> Response:
    return gateway_error(504, "Endpoint request timed out", "InternalServerErrorException", event)


def gateway_error(
    status: int, message: str | None, error_type: str, event: Event, key: str = "message"
) -> Response:
    """A response of the gateway's own, as JSON, with its error type and request id headers."""
    body = json.dumps({key: message}, separators=(",", ":")).encode()
    headers = (("Content-Type", "application/json"), ("x-amzn-ErrorType", error_type))
    return _sized(status, (*headers, *_identifiers(event)), body, event["httpMethod"])


def _identifiers(event: Event) -> Headers:
    context = event["requestContext"]
    return (("x-amzn-RequestId", context["requestId"]), ("x-amz-apigw-id", context["extendedRequestId"]))


def _sized(status: int, headers: Headers, body: bytes, method: str) -> Response:
    if status in NO_BODY:
        kept = tuple(line for line in headers if value_of([line], "Content-Type") is None or status == 304)
        return Response(status, kept)
    lines = (*headers, ("Content-Length", str(len(body))))
    return Response(status, lines, b"" if method == "HEAD" else body)


def _body(result: ProxyResult, decode: bool) -> bytes:
    if not (result.encoded and decode):
        return result.body.encode("utf-8", errors="replace")
    return base64.b64decode(re.sub(r"\s", "", result.body), validate=True)


def _remapped(name: str) -> str:
    return f"x-amzn-Remapped-{name}" if name.lower() in REMAPPED else name


def _wire(value: str) -> str:
    """Text beyond Latin-1 as the Latin-1 reading of its UTF-8 bytes, which is what HTTP/1.1 can carry."""
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", errors="replace").decode("latin-1")
    return value
