"""The wiring of the services that pages ask; it knows no page, so that an edit of one leaves it as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypedDict, Unpack, cast

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.api_gateway import BaseRouter, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from routes.common import HTML, routers
from routes.console import Console, DailySource
from services.collect.again import Collector
from services.collect.again_local import LocalCollector
from services.cop.patrol.desk import Desk
from services.costs.source import CostsSource
from services.models.all import Everything
from services.models.domain.daily import Daily
from services.models.domain.release import Deployments
from services.models.kit.scope import GLOBAL, Scope
from services.read.builds import FOREVER
from services.read.estate_source import EstateSource
from services.read.history import EstateHistory, HistorySource
from services.read.read_model import local_read_model
from services.releases.assets import asset_paths
from services.releases.releases import DeploymentsSource, NoReleases, Releases
from services.reports.desk import ReportDesk
from settings import Settings
from wiring.builds import builder
from wiring.cop import daily_store, desk_of
from wiring.costs import costs_of
from wiring.published import builder_of
from wiring.reports import reports_of

if TYPE_CHECKING:
    from services.cop.store.findings import Findings
    from services.dynamo_data_service import DynamoDataService

Log = Callable[[str], object]
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
    judges = builder("findings", settings)
    source = given.get("estate") or estate_of(settings, log, settings.patience_seconds)
    return Console(
        settings=settings,
        estate=source,
        history=given.get("history") or history_of(settings, source),
        collector=given.get("collector") or collector_of(settings, source),
        cop=given.get("cop") or desk_of(settings, judges, log),
        daily=given.get("daily") or DailyWhenAsked(settings, source),
        releases=given.get("releases") or releases_of(settings),
        costs=given.get("costs") or costs_of(settings, builder("costs", settings), log),
        reports=given.get("reports") or reports_of(settings, builder("reports", settings), judges),
        assets=asset_paths(),
        clock=given.get("clock") or _now,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def estate_of(settings: Settings, log: Log = str, patience: float = FOREVER) -> EstateSource:
    """Everything of the local data file, or of the table that a deployed collection fills.

    patience: seconds that a page waits while a local file is read.
    """
    if settings.local:
        return local_read_model(settings, patience)
    # brings botocore, which a local file needs not
    from services.read.table_read_model import table_read_model

    asked = "" if patience == FOREVER else builder_of(settings)  # only for pages somebody waits
    return table_read_model(
        settings.resource_table, settings.cache_folder, settings.data_bucket_name, log, asked
    )


def history_of(settings: Settings, estate: EstateSource) -> HistorySource:
    """What changed: in Everything of a local file, else read from the table when a page asks."""
    if settings.local:
        return EstateHistory(estate)
    from services.read.table_history import TableHistory

    return TableHistory(service_of(settings, estate))


def collector_of(settings: Settings, estate: EstateSource) -> Collector:
    """How to collect again: a process of this machine, or the queue that the deployed collection works."""
    if settings.local:
        return LocalCollector(settings.data_file, estate)
    from services.collect.again_queue import queue_collector

    return queue_collector(settings.sync_queue_url, service_of(settings, estate))


def releases_of(settings: Settings) -> DeploymentsSource:
    """What was released and deployed, as `inv push` and `inv deploy` have written it down."""
    return ReleasesWhenAsked(settings) if settings.releases_bucket_name else NoReleases()


def service_of(settings: Settings, estate: EstateSource) -> DynamoDataService:
    """The table's service: that of the read model, whose client is made already."""
    from services.dynamo_data_service import DynamoDataService
    from services.read.table_read_model import TableReadModel
    from services.store.dynamo_table import Table

    known = estate.service if isinstance(estate, TableReadModel) else None
    return known or DynamoDataService(Table(settings.resource_table))


@dataclass(frozen=True)
class DailyWhenAsked:
    """Daily values from where the estate is; the first page that asks pays for the imports."""

    settings: Settings
    estate: EstateSource

    def one(self, scope: Scope, id: str) -> Daily | None:
        return self._source.one(scope, id)

    @cached_property
    def _source(self) -> DailySource:
        if self.settings.local:
            return daily_store(self.settings)
        return service_of(self.settings, self.estate).daily


@dataclass(frozen=True)
class ReleasesWhenAsked:
    """Of their bucket; the first page that asks pays for the imports."""

    settings: Settings

    def deployments(self) -> Deployments:
        return self._releases.deployments()

    @cached_property
    def _releases(self) -> Releases:
        from services.cloud.aws import Aws
        from services.cloud.bucket import Bucket

        source = Aws(who="the function").source(GLOBAL)
        return Releases(Bucket(self.settings.releases_bucket_name, source))


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
