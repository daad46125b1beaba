"""What all routes share: the request as Polo sees it, and how answers leave."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import unquote

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import ApiGatewayResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

import dom
from errors import PoloError, problem
from routes import csrf
from routes.console import Console
from routes.parameters import Given, form_of, query_of
from services.models.all import Everything
from services.models.domain.daily import Daily
from services.models.kit.base import Document, ResourceType
from services.models.kit.gap import notice_of_gaps
from services.models.kit.scope import GLOBAL, Scope
from services.models.kit.values import iso
from views.links.context import Context
from views.parts.scopes import OLD
from views.shell import problem as problem_view

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "HX-Request, HX-History-Restore-Request",
}
HTML = "text/html; charset=utf-8"


Route = Callable[..., Response[Any]]
Routed = Callable[[Route], Route]
Reader = Callable[[Given], Any] | None
NOTHING: Reader = None

_routers: list[Router] = []


@dataclass(frozen=True)
class Request:
    """One request. identity: who acts. notices: what of the page's own data can't be read."""

    console: Console
    event: APIGatewayProxyEvent
    now: datetime
    identity: str = "local"
    notices: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        return self.event.path

    @property
    def prefix(self) -> str:
        """The part of the URL before the path: "/prod" where the API is served under its stage, mostly ""."""
        whole: str = self.event.request_context.path or self.path
        return whole.removesuffix(self.path).rstrip("/")

    @property
    def everything(self) -> Everything:
        return self.console.estate.current()

    @property
    def partial(self) -> bool:
        """Whether htmx asks for a fragment; a history restore or a boosted link wants the whole page."""
        return self.header("HX-Request") == "true" and not (
            self.header("HX-History-Restore-Request") == "true" or self.header("HX-Boosted") == "true"
        )

    def note(self, notice: str, about: str = "") -> None:
        """Say this over the page, before its context is made, unless it is "" or something says it already.

        about: the part of it that must not be said twice; all of it, if none is given.
        """
        if notice and not any((about or notice) in said for said in self.notices):
            self.notices.append(notice)

    def header(self, name: str) -> str:
        return self.event.headers.get(name) or ""


class Routes(Router):
    """A router whose routes take the parameters that they declare, and no others.

    takes: reads the parameters of a GET, or the fields of a POST; the route gets what it returns. Without it
    a route takes none.
    """

    def get(self, rule: str, takes: Reader = NOTHING) -> Routed:  # type: ignore[override]
        return self._checked(rule, "GET", takes)

    def post(self, rule: str, takes: Reader = NOTHING) -> Routed:  # type: ignore[override]
        return self._checked(rule, "POST", takes)

    def _checked(self, rule: str, method: str, takes: Reader) -> Routed:
        def register(function: Route) -> Route:
            @wraps(function)
            def checked(**path: str) -> Response[Any]:
                request = request_of(self)
                given = query_of(request, path)
                if method == "POST":
                    given.refuse_others()
                    given = form_of(request, path)
                asked = takes(given) if takes else None
                given.refuse_others()
                return function(asked, **path) if takes else function(**path)

            self.route(rule, method)(checked)
            return function

        return register


def new_router() -> Routes:
    """A router for one module of routes."""
    router = Routes()  # type: ignore[no-untyped-call]  # Powertools leaves it untyped
    _routers.append(router)
    return router


def routers() -> tuple[Router, ...]:
    """Those of the modules that are imported so far."""
    return tuple(_routers)


def request_of(router: Router | ApiGatewayResolver) -> Request:
    """The request that a route is answering."""
    console: Console = router.context["console"]
    return Request(console, router.current_event, console.clock())  # type: ignore[arg-type]


def daily_of(request: Request, kind: ResourceType, document: Document) -> tuple[Daily | None, str]:
    """The daily values of a resource, and why they can't be read, mostly "": a page goes on without them."""
    if not kind.has_daily:
        return None, ""
    region = document["region"] if kind.scope == "regional" else GLOBAL
    try:
        return request.console.daily.one(Scope(document["account"], region, kind.name), document["id"]), ""
    except PoloError as error:
        return None, str(error)


def segment(text: str) -> str:
    """A part of the path, which API Gateway leaves percent-encoded."""
    return unquote(text)


def context_of(request: Request, search: str = "") -> Context:
    """What every page shows around its content, with what was noted of the request until now."""
    everything = request.everything
    demo = everything.demo
    since = 0 if demo else int((request.now - OLD).timestamp() * 1000)
    fresh, scopes, oldest = everything.freshness(since)
    cookies = csrf.cookies(request.event)
    notices = (*_of_sources(request.console), notice_of_gaps(everything.gaps()), *request.notices)
    return Context(
        now=request.now,
        path=request.path if request.event.http_method == "GET" else "/",  # where forms lead back to
        prefix=request.prefix,
        identity=request.identity,
        accounts=everything.accounts(),
        counts={group.value: group.totals.count for group in everything.groups("type")},
        assets=request.console.assets,
        search=search,
        collected=iso(oldest),
        fresh=fresh,
        scopes=scopes,
        demo=demo,
        notice=" ".join(f"{each.removesuffix('.')}." for each in notices if each),
        theme=cookies.get("theme", "") if cookies.get("theme") in ("light", "dark") else "",
        csrf=csrf.token(request.event),
        logout_url=request.console.logout_url,
        deployed=request.console.deployed,
    )


def _of_sources(console: Console) -> Iterator[str]:
    """What is said of data that is older than it should be."""
    for source in (console.estate, console.cop, console.costs):
        yield str(getattr(source, "notice", ""))


def answer(
    request: Request, body: str, type: str = HTML, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response[Any]:
    """The response with the headers that every answer has; a new visitor gets the CSRF cookie.

    Its body stays text: web_app compresses it (encoding.py), whatever the route and the type.
    """
    sent: dict[str, str | list[str]] = {**SECURITY_HEADERS, **(headers or {})}
    if type == HTML and (cookies := csrf.set_cookies(request.event, request.prefix)):
        sent["Set-Cookie"] = cookies
    return Response(status_code=status, content_type=type, body=body, headers=sent)


def answer_json(
    request: Request,
    content: Any,
    status: int = 200,
    type: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> Response[Any]:
    return answer(request, json.dumps(content, ensure_ascii=False), type, status, headers)


def answer_csv(request: Request, name: str, content: str) -> Response[Any]:
    """A file that the browser saves as name.csv."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return answer(request, content, "text/csv; charset=utf-8", headers=headers)


def answer_error(app: ApiGatewayResolver, error: Exception, logger: Logger | None = None) -> Response[Any]:
    """The response to an error, as a page or as JSON; one that Polo did not foresee is logged."""
    request = request_of(app)
    told = problem(error)
    headers = {"Retry-After": str(told.retry_after)} if told.retry_after else {}
    if logger is not None and not isinstance(error, PoloError):
        logger.exception("unexpected error", path=request.path)
    if request.path == "/health":  # strangers may ask: they learn no more than the status
        return Response(status_code=told.status, content_type="text/plain", body="")
    if request.path.startswith("/api/") or request.path == "/api":
        return answer_json(request, told.to_json(), told.status, "application/problem+json", headers)
    if told.retry_after and request.partial:
        headers["HX-Refresh"] = "true"  # the whole page, which can wait
    try:
        context = context_of(request)
    except Exception:  # the data itself is what failed: show the page without it
        context = Context(now=request.now, prefix=request.prefix, assets=request.console.assets)
    if told.retry_after and request.event.http_method == "GET":
        page = problem_view.wait(context, told.title, told.detail, told.way_out, told.retry_after)
    else:
        page = problem_view.view(context, told.status, told.title, told.detail, told.way_out)
    return answer(request, dom.document(page), status=told.status, headers=headers)
