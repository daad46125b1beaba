"""The wiring of the console: settings -> `wiring.console` -> app. Tests hand in fakes by keyword."""

from __future__ import annotations

from typing import Any, Protocol, Unpack

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.api_gateway import ResponseBuilder

import routes.accounts
import routes.api
import routes.changes
import routes.cop
import routes.costs
import routes.deployments
import routes.favicon
import routes.health
import routes.home
import routes.mutes
import routes.reports
import routes.resources
import routes.sync
import routes.theme
from encoding import encoded, too_large
from errors import NotFound, TooLarge
from routes.common import answer_error
from services.cloud.deadline import BUILD, HEALTH, PAGE, within
from settings import Settings
from wiring.console import Given, console_of

ROUTERS = (
    routes.home,
    routes.resources,
    routes.accounts,
    routes.changes,
    routes.cop,
    routes.costs,
    routes.mutes,
    routes.reports,
    routes.sync,
    routes.deployments,
    routes.theme,
    routes.api,
    routes.health,
    routes.favicon,
)


class Resolver(Protocol):
    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]: ...


def web_app(settings: Settings, *, logger: Logger | None = None, **given: Unpack[Given]) -> Resolver:
    """The console and its JSON API: API Gateway event -> response.

    An unexpected error is logged with its traceback and answered without one.
    """
    log = logger or Logger(service="polo")
    console = console_of(settings, log.info, **given)
    app = APIGatewayRestResolver()
    for module in ROUTERS:
        app.include_router(module.router)

    @app.not_found
    def not_found(_: Exception) -> Any:
        path = app.current_event.path
        return answer_error(app, NotFound(f"There is no page {path[:200]}", "start at Home, or search above"))

    @app.exception_handler(Exception)  # type: ignore[untyped-decorator]
    def failed(error: Exception) -> Any:
        return answer_error(app, error, log)

    def resolve(event: dict[str, Any], context: Any) -> dict[str, Any]:
        health = event["path"] in ("/health", "/api/health")
        with within(HEALTH) if health else within(PAGE, BUILD):
            return answered(event, context)

    def answered(event: dict[str, Any], context: Any) -> dict[str, Any]:
        head = event["httpMethod"] == "HEAD"  # API Gateway passes it on; it is answered as a GET
        app.append_context(console=console)  # type: ignore[no-untyped-call]
        answer = encoded(app.resolve(event | {"httpMethod": "GET"} if head else event, context), event)
        if not too_large(answer):
            return answer
        app.append_context(console=console)  # type: ignore[no-untyped-call]
        error = TooLarge("That is more than one answer can hold", "filter the list first")
        refusal: ResponseBuilder[Any] = ResponseBuilder(answer_error(app, error))
        return encoded(refusal.build(app.current_event), event)

    return resolve
