"""The local API Gateway: HTTP request -> event -> handler -> HTTP response, without a server.

The dev server and the tests answer through the same `handle`.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from devserver.gateway.authorizer import Authorizer, Refusal, authorize
from devserver.gateway.event import Event, Origin, Target, is_binary, make_event, split_target
from devserver.gateway.http_message import Request, Response
from devserver.gateway.lambda_context import LambdaContext, make_context
from devserver.gateway.lambda_result import InvalidResult, read_result
from devserver.gateway.response import gateway_error, internal_error, make_response, timed_out
from devserver.gateway.routes import LambdaFunction, Match, Route, find_route

__all__ = [
    "Api",
    "Client",
    "Event",
    "LambdaContext",
    "LambdaFunction",
    "Request",
    "Response",
    "Route",
    "Unanswered",
    "handle",
    "make_context",
]

HEADER_LIMIT = 10_240  # bytes of request line and header values together; API Gateway quotas
BODY_LIMIT = 10 * 1024 * 1024  # bytes; API Gateway quotas, payload size
Handler = Callable[[Any, Any], object]
Invoke = Callable[[LambdaFunction, Event, LambdaContext], object]
Log = Callable[[str], None]


class Unanswered(Exception):
    """The function gave no answer; the message is Lambda's. seconds: after which it was cut off, or 0."""

    def __init__(self, message: str, seconds: float = 0.0) -> None:
        super().__init__(message)
        self.seconds = seconds


@dataclass(frozen=True)
class Api:
    """One REST API: its routes and stage; under `/<stage>/`, or at the root like a custom domain."""

    routes: tuple[Route, ...] = (Route("/"), Route("/{proxy+}"))
    stage: str = "local"
    under_stage: bool = False
    binary_media_types: tuple[str, ...] = ("*/*",)
    domain_name: str | None = None  # None: the request's own host
    api_id: str = "local12345"
    scheme: str = "https"
    port: int = 443
    timeout: float = 29.0  # seconds; the default integration timeout
    authorizer: Authorizer | None = None

    @property
    def prefix(self) -> str:
        return f"/{self.stage}" if self.under_stage else ""

    @property
    def origin(self) -> Origin:
        return Origin(self.stage, self.api_id, self.domain_name, self.scheme, self.port)


def log_to_console(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def handle(
    api: Api,
    request: Request,
    invoke: Invoke,
    log: Log = log_to_console,
    clock: Callable[[], float] = time.monotonic,
) -> Response:
    """The response to one request. What the handler raises or answers wrongly is a 502; `log` gets why."""
    target = split_target(request.target, api.prefix)
    match = find_route(api.routes, request.method, target.path) if target else None
    if target is None or match is None:
        blank = _event(api, request, target or Target("/", "/", ""), Match(Route("/"), {}))
        return gateway_error(
            403, "Missing Authentication Token", "MissingAuthenticationTokenException", blank
        )
    event = _event(api, request, target, match)
    if _header_size(request) > HEADER_LIMIT:
        return gateway_error(431, "Request Header Fields Too Large", "BadRequestException", event)
    if len(request.body) > BODY_LIMIT:
        return gateway_error(413, "Request Too Long", "RequestTooLargeException", event)
    if any(char in target.query for char in "|{}"):
        log(f"{request.target}: API Gateway wants | {{ }} in a query string percent-encoded")
    if api.authorizer is not None:
        try:
            event["requestContext"]["authorizer"] = authorize(api.authorizer, event, log)
        except Refusal as refusal:
            return gateway_error(refusal.status, refusal.message, refusal.type, event, refusal.key)
    return _answer(api, match.route.function, event, invoke, log, clock)


def _header_size(request: Request) -> int:
    line = len(request.method) + len(request.target) + len("  HTTP/1.1")
    return line + sum(len(value) for _, value in request.headers)


def _event(api: Api, request: Request, target: Target, match: Match) -> Event:
    return make_event(request, target, match, api.origin, api.binary_media_types)


def _answer(
    api: Api,
    function: LambdaFunction,
    event: Event,
    invoke: Invoke,
    log: Log,
    clock: Callable[[], float],
) -> Response:
    began = clock()
    # the handler gets a copy, as over the wire: what it changes is not ours
    sent = json.loads(json.dumps(event))
    try:
        answer = invoke(function, sent, make_context(function, clock))
    except Unanswered as error:
        log(f"{function.name}: {error}")
        return (
            timed_out(event)
            if function.timeout > error.seconds >= api.timeout
            else internal_error(502, event)
        )
    except (Exception, SystemExit):
        log(traceback.format_exc())
        return internal_error(502, event)
    if late := overrun(clock() - began, function.timeout, api.timeout):
        log(f"{function.name}: Task timed out after {min(function.timeout, api.timeout):.2f} seconds")
        return timed_out(event) if late == 504 else internal_error(late, event)
    try:
        result = read_result(answer)
    except InvalidResult as error:
        log(f"{function.name}: malformed Lambda proxy response: {error}")
        return internal_error(502, event)
    types = api.binary_media_types
    accepted = is_binary(_accept(event), types)
    return make_response(result, event, decode=accepted)


def _accept(event: Event) -> str | None:
    found = (value for name, value in event["headers"].items() if name.lower() == "accept")
    return next(found, None)


def overrun(duration: float, function_timeout: float, api_timeout: float) -> int | None:
    """502 if the function's own timeout (seconds) ended it, 504 if the gateway gave up first, else None."""
    if duration > function_timeout and function_timeout <= api_timeout:
        return 502
    return 504 if duration > api_timeout else None


class Client:
    """Calls a handler as the real gateway would, and reads its answer as a browser gets it.

    `Client(handler).get("/instances?q=web", headers={"HX-Request": "true"}).text`
    """

    def __init__(self, handler: Handler, api: Api | None = None, log: Log = log_to_console) -> None:
        self.api = api or Api()
        self.log = log
        self._invoke: Invoke = lambda function, event, context: handler(event, context)

    def request(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        body: bytes | str = b"",
        *,
        json: object = None,
        form: Mapping[str, str] | None = None,
        source_ip: str = "127.0.0.1",
    ) -> Response:
        """The response to a request; `json` and `form` write the body and its Content-Type."""
        lines = list(headers.items() if isinstance(headers, Mapping) else headers)
        body, kind = _content(body, json, form)
        defaults = {"Host": "localhost:2200", "User-Agent": "polo-client", "Accept": "*/*", **kind}
        names = {name.lower() for name, _ in lines}
        lines += [(name, value) for name, value in defaults.items() if name.lower() not in names]
        request = Request(method, target, tuple(lines), body, source_ip)
        return handle(self.api, request, self._invoke, self.log)

    def get(self, target: str, **options: Any) -> Response:
        return self.request("GET", target, **options)

    def post(self, target: str, **options: Any) -> Response:
        return self.request("POST", target, **options)


def _content(
    body: bytes | str, value: object, form: Mapping[str, str] | None
) -> tuple[bytes, dict[str, str]]:
    if form is not None:
        return urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    if value is not None:
        return json.dumps(value).encode(), {"Content-Type": "application/json"}
    return body.encode() if isinstance(body, str) else body, {}
