"""HTTP request -> API Gateway REST (v1) proxy event, as recorded from the real gateway."""

from __future__ import annotations

import base64
import re
import secrets
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote
from uuid import uuid4

from devserver.gateway.http_message import Request, media_type
from devserver.gateway.lambda_context import ACCOUNT_ID
from devserver.gateway.routes import Match

Event = dict[str, Any]
_PORT = re.compile(r":\d*\Z")

# the edge consumes these; a function never sees them
DROPPED = frozenset(
    (
        "connection",
        "content-length",
        "content-md5",
        "expect",
        "keep-alive",
        "max-forwards",
        "proxy-authenticate",
        "proxy-connection",
        "server",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "www-authenticate",
    )
)
CAPITALISED = {"authorization": "Authorization", "host": "Host", "user-agent": "User-Agent"}
FORWARDED = ("x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto")
IDENTITY = (
    "accessKey",
    "accountId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "sourceIp",
    "user",
    "userAgent",
    "userArn",
)


@dataclass(frozen=True)
class Target:
    """A request target taken apart: path as sent, path within the API, query string; all ASCII, encoded."""

    raw_path: str
    path: str
    query: str


@dataclass(frozen=True)
class Origin:
    """Where the API says it lives: the parts of an event which the request does not decide."""

    stage: str
    api_id: str
    domain_name: str | None
    scheme: str
    port: int


def split_target(target: str, prefix: str = "") -> Target | None:
    """The parts of a request target under `prefix` (`/prod` or nothing); None if it is not under it."""
    if target.lower().startswith(("http://", "https://")):
        target = "/" + target.split("://", 1)[1].partition("/")[2]
    raw_path, _, query = _ascii(target).partition("#")[0].partition("?")
    if not raw_path.startswith("/") or not (raw_path + "/").startswith(prefix + "/"):
        return None
    return Target(raw_path, "/" + raw_path[len(prefix) :].lstrip("/"), query)


def is_binary(content_type: str | None, binary_media_types: tuple[str, ...]) -> bool:
    """Whether a media type (of a list, its first) is among the API's binary ones."""
    kind = media_type(content_type)
    family = kind.partition("/")[0] + "/*"
    return "*/*" in binary_media_types or (bool(kind) and not {kind, family}.isdisjoint(binary_media_types))


def make_event(
    request: Request, target: Target, match: Match, origin: Origin, binary_media_types: tuple[str, ...]
) -> Event:
    """The proxy event of a request that matched a route; it is JSON through and through."""
    headers = _headers(request, origin)
    query = _multi(parse_qsl(target.query.replace(";", "&"), keep_blank_values=True, errors="replace"))
    body, encoded = _body(request, binary_media_types)
    return {
        "resource": match.route.path,
        "path": target.path,
        "httpMethod": request.method,
        "headers": _last(headers),
        "multiValueHeaders": headers,
        "queryStringParameters": _last(query) or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": match.parameters or None,
        "stageVariables": None,
        "requestContext": _context(request, target, match, origin),
        "body": body,
        "isBase64Encoded": encoded,
    }


def _context(request: Request, target: Target, match: Match, origin: Origin) -> Event:
    now = datetime.now(UTC)
    domain = origin.domain_name or _PORT.sub("", (request.header("Host") or "localhost").rpartition("@")[2])
    identity = dict.fromkeys(IDENTITY) | {
        "sourceIp": request.source_ip,
        "userAgent": request.header("User-Agent"),
    }
    return {
        "accountId": ACCOUNT_ID,
        "apiId": origin.api_id,
        "deploymentId": _short_id(origin.stage),
        "domainName": domain,
        "domainPrefix": domain.split(".")[0],
        "extendedRequestId": base64.b64encode(secrets.token_bytes(11)).decode(),
        "httpMethod": request.method,
        "identity": identity,
        "path": target.raw_path,
        "protocol": "HTTP/1.1",
        "requestId": str(uuid4()),
        "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "requestTimeEpoch": int(now.timestamp() * 1000),
        "resourceId": _short_id(match.route.path),
        "resourcePath": match.route.path,
        "stage": origin.stage,
    }


def _headers(request: Request, origin: Origin) -> dict[str, list[str]]:
    names: dict[str, str] = {}
    headers: dict[str, list[str]] = {}
    for name, value in request.headers:
        key = name.lower()
        if key not in DROPPED:
            kept = names.setdefault(key, CAPITALISED.get(key, name))
            headers.setdefault(kept, []).append(value)
    sent = {key: headers.pop(name) for key, name in names.items() if key in FORWARDED}
    trace = next((value for value in sent.get("x-amzn-trace-id", []) if "Root=" in value), _trace_id())
    headers["X-Amzn-Trace-Id"] = [trace]
    headers["X-Forwarded-For"] = [", ".join([*sent.get("x-forwarded-for", []), request.source_ip])]
    headers["X-Forwarded-Port"] = [str(origin.port)]
    headers["X-Forwarded-Proto"] = [origin.scheme]
    return headers


def _body(request: Request, binary_media_types: tuple[str, ...]) -> tuple[str | None, bool]:
    if not request.body:
        return None, False
    if is_binary(request.header("Content-Type"), binary_media_types):
        return base64.b64encode(request.body).decode(), True
    return request.body.decode("utf-8", errors="replace"), False


def _multi(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def _last(values: dict[str, list[str]]) -> dict[str, str]:
    return {name: many[-1] for name, many in values.items()}


def _ascii(target: str) -> str:
    """Bytes beyond ASCII, which an HTTP server hands over as Latin-1, percent-encoded."""
    if target.isascii():
        return target
    try:
        raw = target.encode("latin-1")
    except UnicodeEncodeError:
        raw = target.encode("utf-8", errors="replace")
    return quote(raw, safe="".join(map(chr, range(0x80))))


def _trace_id() -> str:
    return f"Root=1-{int(datetime.now(UTC).timestamp()):08x}-{secrets.token_hex(12)}"


def _short_id(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"[:6]
