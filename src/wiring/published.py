"""The read models that lambda_snapshot builds and leaves in the bucket for all consoles.

Reports are none of them: lambda_report leaves them in the table, and a page reads the one that it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wiring.table import TableBackend

if TYPE_CHECKING:
    from services.read.snapshot_build import Model

DATABASE = "new.sqlite"


def _everything(backend: TableBackend, now: datetime) -> Model:
    from services.read.snapshot_build import everything

    return everything(backend.data_service(), backend.snapshots("everything"))


def _findings(backend: TableBackend, now: datetime) -> Model:
    from services.cop.patrol.table_findings import fill, state_of
    from services.read.snapshot_build import Model

    store, snapshots = backend.finding_store(), backend.snapshots("findings")
    state = state_of(store, now)

    def make(folder: Path) -> Path:
        """What the last one has is not read again, and stays where its ledger is lost."""
        database = folder / DATABASE
        snapshots.load(database)
        fill(database, state, store)
        return database

    return Model(snapshots, state.mark, make)


def _costs(backend: TableBackend, now: datetime) -> Model:
    from services.costs.writer import write_costs
    from services.read.snapshot_build import Model

    store = backend.cost_store()

    def make(folder: Path) -> Path:
        database = folder / DATABASE
        write_costs(database, store)
        return database

    return Model(backend.snapshots("costs"), store.mark(), make)


MODELS: Mapping[str, Callable[[TableBackend, datetime], Model]] = {
    "everything": _everything,
    "findings": _findings,
    "costs": _costs,
}
