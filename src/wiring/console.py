"""The wiring of the services that pages ask; it knows no page, so that an edit of one leaves it as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypedDict, Unpack, cast

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.api_gateway import BaseRouter, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from routes.common import HTML, routers
from routes.console import Console, DailySource
from services.collect.again import Collector
from services.cop.patrol.desk import Desk
from services.costs.source import CostsSource
from services.models.all import Everything
from services.read.estate_source import EstateSource
from services.read.history import HistorySource
from services.releases.assets import asset_paths
from services.releases.releases import DeploymentsSource
from services.reports.desk import ReportDesk
from settings import Settings
from wiring.backend import backend_of
from wiring.services import Log

if TYPE_CHECKING:
    from services.cop.store.findings import Findings

PAGES = ("/", "/accounts", "/resources", "/api/summary")  # between them they need what all pages need


class Given(TypedDict, total=False):
    """What stands in for a service that the settings would make."""

    estate: EstateSource
    history: HistorySource
    collector: Collector
    cop: Desk
    clock: Callable[[], datetime]
    daily: DailySource
    releases: DeploymentsSource
    costs: CostsSource
    reports: ReportDesk


def console_of(settings: Settings, log: Log = str, **given: Unpack[Given]) -> Console:
    """What routes get, of the settings but for what is given."""
    backend = backend_of(settings, log, settings.patience_seconds)
    source = given.get("estate") or backend.estate()
    return Console(
        environment=settings.env,
        release=settings.release,
        deployed=backend.deployed,
        logout_url=settings.logout_url,
        left_out=settings.excluded_type_names if backend.deployed else (),  # a laptop's sync leaves out none
        estate=source,
        history=given.get("history") or backend.history(source),
        collector=given.get("collector") or backend.collector(source),
        cop=given.get("cop") or backend.cop(),
        daily=given.get("daily") or backend.daily(),
        releases=given.get("releases") or backend.releases(),
        costs=given.get("costs") or backend.costs(),
        reports=given.get("reports") or backend.reports(),
        assets=asset_paths(),
        clock=given.get("clock") or _now,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def before_snapshot() -> None:
    """Ask PAGES for nobody: what SnapStart's snapshot, and the dev server's next environment, hold ready.

    Not of a table: nobody has asked for its data yet.
    """
    settings = Settings.from_environment()
    if settings.local:
        rehearse(console_of(settings))


def rehearse(console: Console) -> None:
    """Answer PAGES, as far as their routes are imported; one that fails says so when it is asked for."""
    served_by = [(router, router.api_resolver) for router in routers()]
    app = APIGatewayRestResolver()
    for router, _ in served_by:
        app.include_router(router)

    @app.exception_handler(Exception)  # type: ignore[untyped-decorator]
    def failed(_: Exception) -> Response[Any]:
        return Response(500, HTML)

    console = replace(console, cop=cast(Desk, AsFarAsImported(console.cop)))
    for path in PAGES:
        app.append_context(console=console)  # type: ignore[no-untyped-call]
        app.resolve(_event(path), LambdaContext())
    for router, resolver in served_by:
        router.api_resolver = resolver
    del BaseRouter.current_event, BaseRouter.lambda_context  # where Powertools keeps the last request


class AsFarAsImported:
    """A desk that goes on without findings where a rule can't be imported yet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __getattr__(self, name: str) -> Any:
        return getattr(self._desk, name)

    def at_hand(self, everything: Everything, now: datetime) -> Findings | None:
        try:
            return self._desk.at_hand(everything, now)
        except ImportError:
            everything.heads()  # all that can be done ahead of judging
            return None


def _event(path: str) -> dict[str, Any]:
    return {"httpMethod": "GET", "path": path, "headers": {}, "requestContext": {"path": path}}
