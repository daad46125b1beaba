"""The only wiring: settings -> services -> app. Tests hand in fakes by keyword."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver

import routes.accounts
import routes.api
import routes.changes
import routes.home
import routes.resources
import routes.sync
import routes.theme
from errors import NotFound
from routes.common import Console, EstateSource, answer_error
from services.assets import asset_paths
from services.cop.store import FindingStore
from services.history import EstateHistory, HistorySource
from services.read_model import local_read_model
from settings import Settings

ROUTERS = (
    routes.home,
    routes.resources,
    routes.accounts,
    routes.changes,
    routes.sync,
    routes.theme,
    routes.api,
)


class Resolver(Protocol):
    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]: ...


def web_app(
    settings: Settings,
    *,
    estate: EstateSource | None = None,
    history: HistorySource | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    logger: Logger | None = None,
) -> Resolver:
    """The console and its JSON API: API Gateway event -> response.

    An unexpected error is logged with its traceback and answered without one.
    """
    source = estate or estate_of(settings)
    console = Console(
        settings=settings,
        estate=source,
        history=history or history_of(settings, source),
        assets=asset_paths(),
        clock=clock,
    )
    log = logger or Logger(service="polo")
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
        head = event["httpMethod"] == "HEAD"  # API Gateway passes it on; it is a GET without a body
        app.append_context(console=console)  # type: ignore[no-untyped-call]
        answer = app.resolve(event | {"httpMethod": "GET"} if head else event, context)
        return answer | {"body": "", "isBase64Encoded": False} if head else answer

    return resolve


def estate_of(settings: Settings) -> EstateSource:
    """Everything of the local data file, or of the table that a deployed collection fills."""
    if settings.local:
        return local_read_model(settings)
    from services.table_read_model import table_read_model  # brings botocore, which a local file needs not

    return table_read_model(settings.resource_table, settings.cache_folder)


def history_of(settings: Settings, estate: EstateSource) -> HistorySource:
    """What changed: in Everything of a local file, else read from the table when a page asks."""
    if settings.local:
        return EstateHistory(estate)
    from services.table_history import TableHistory
    from services.table_read_model import TableReadModel

    return TableHistory(estate.service) if isinstance(estate, TableReadModel) else EstateHistory(estate)


def finding_store(settings: Settings) -> FindingStore:
    """Where findings are kept: beside the local data, or in the table. Imported when one is needed."""
    if settings.local:
        from services.cop.local_store import LocalFindingStore

        return LocalFindingStore(settings.state_folder)
    from services.cop.dynamo_store import DynamoFindingStore
    from services.dynamo_table import Table

    return DynamoFindingStore(Table(settings.resource_table))
