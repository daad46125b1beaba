"""The wiring of the read models that lambda_snapshot builds and leaves in the bucket for all consoles.

Reports are none of them: lambda_report leaves them in the table, and a page reads the one that it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from services.costs import source as costs
from settings import Settings

if TYPE_CHECKING:
    from services.read.published import Published
    from services.read.snapshot_build import Model
    from services.read.snapshots import Snapshots

Log = Callable[[str], object]
FUNCTION = "SnapshotFunction:live"  # lambda_snapshot, as both templates name it
DATABASE = "new.sqlite"


def builder_of(settings: Settings) -> str:
    """The name of the function that builds them."""
    return f"{settings.env}-{FUNCTION}"


def published(settings: Settings, kind: str, asks: Log | None) -> Published | None:
    """Where a console finds those of a kind of MODELS; None where there is no bucket.

    asks: hears that lambda_snapshot is asked for what is missing; None: it is not, for nobody waits.
    """
    if not settings.data_bucket_name:
        return None
    from services.read.published import Published

    snapshots = snapshots_of(settings, kind)
    if asks is None:
        return Published(snapshots)
    from services.cloud.asked_for import AskedFor

    return Published(snapshots, AskedFor(builder_of(settings), kind, asks), asks)


def snapshots_of(settings: Settings, kind: str) -> Snapshots:
    """Those of a kind of MODELS in the bucket, as this release makes them."""
    from services.cop.patrol import table_findings
    from services.read import table_read_model
    from services.read.snapshots import Snapshots

    table, writer = {
        table_read_model.KIND: (settings.resource_table, table_read_model.WRITER),
        table_findings.KIND: (settings.resource_table, table_findings.WRITER),
        costs.KIND: (settings.report_table, costs.WRITER),
    }[kind]
    bucket = table_read_model.bucket_of(settings.data_bucket_name)
    return Snapshots(bucket, kind, table_read_model.layout_of(table, writer))


def _everything(settings: Settings, now: datetime) -> Model:
    from services.dynamo_data_service import DynamoDataService
    from services.read.snapshot_build import everything
    from services.store.dynamo_table import Table

    service = DynamoDataService(Table(settings.resource_table))
    return everything(service, snapshots_of(settings, "everything"))


def _findings(settings: Settings, now: datetime) -> Model:
    from services.cop.patrol.table_findings import fill, state_of
    from services.cop.store.dynamo import DynamoFindingStore
    from services.read.snapshot_build import Model
    from services.store.dynamo_table import Table

    store = DynamoFindingStore(Table(settings.resource_table))
    snapshots = snapshots_of(settings, "findings")
    state = state_of(store, now)

    def make(folder: Path) -> Path:
        """What the last one has is not read again, and stays where its ledger is lost."""
        database = folder / DATABASE
        snapshots.load(database)
        fill(database, state, store)
        return database

    return Model(snapshots, state.mark, make)


def _costs(settings: Settings, now: datetime) -> Model:
    from services.costs.dynamo_store import DynamoCostStore
    from services.costs.writer import write_costs
    from services.read.snapshot_build import Model
    from services.store.dynamo_table import Table

    store = DynamoCostStore(Table(settings.report_table))

    def make(folder: Path) -> Path:
        database = folder / DATABASE
        write_costs(database, store)
        return database

    return Model(snapshots_of(settings, "costs"), store.mark(), make)


MODELS: Mapping[str, Callable[[Settings, datetime], Model]] = {
    "everything": _everything,
    "findings": _findings,
    "costs": _costs,
}
