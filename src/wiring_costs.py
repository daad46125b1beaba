"""The wiring of costs: beside the local data, or in the table. Imported services wait until one is asked."""

from __future__ import annotations

import tempfile
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from errors import CollectError
from services.builds import Builder
from services.costs.source import WRITER, StoredCosts, nowhere
from services.models.scope import GLOBAL
from services.stamp import stamp_of
from settings import ROOT, Settings

if TYPE_CHECKING:
    from services.costs.store import CostStore
    from services.snapshots import Snapshots

NAME, REQUESTS = "local_costs.json", "cost_requests.json"


def costs_of(settings: Settings, builder: Builder | None = None) -> StoredCosts:
    """Where pages and rules get the costs. builder: makes those of a large estate beside the request."""
    shown = partial(_shown, settings)
    if settings.local:
        return StoredCosts(shown, settings.cache_folder, builder=builder, poll=0.0)
    fetch = partial(fetched, settings) if settings.data_bucket_name else nowhere
    return StoredCosts(shown, settings.cache_folder, fetch=fetch)


def _shown(settings: Settings) -> CostStore:
    if not settings.local:
        return cost_store(settings)
    from services.costs.local_store import LocalCostStore

    return LocalCostStore(costs_file(settings), settings.state_folder / REQUESTS)


def fetched(settings: Settings, mark: str, path: Path) -> bool:
    """Load the read model that the nightly collection left in the bucket; False where it has another."""
    snapshots = snapshots_of(settings)
    try:
        pointer = snapshots.pointer()
    except CollectError:
        return False
    return pointer is not None and pointer.clock == mark and not snapshots.load(path)


def publish(settings: Settings, store: CostStore, now: datetime) -> None:
    """Make the read model and put it into the bucket, if there is one. Raises PoloError."""
    mark = store.mark()
    if not settings.data_bucket_name or not mark:
        return
    from services.costs.writer import write_costs

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "costs.sqlite"
        write_costs(path, store)
        snapshots_of(settings).publish(path, mark, now)


def snapshots_of(settings: Settings) -> Snapshots:
    from services.aws import Aws
    from services.bucket import Bucket
    from services.snapshots import Snapshots

    return Snapshots(Bucket(settings.data_bucket_name, Aws().source(GLOBAL)), costs_layout())


def costs_layout() -> str:
    """Changes with the code that makes the read model."""
    return f"costs-{stamp_of(WRITER)}"


def cost_store(settings: Settings) -> CostStore:
    """Where the costs are kept: beside the local data, or in the table."""
    if settings.local:
        from services.costs.local_store import LocalCostStore

        return LocalCostStore(settings.data_file.with_name(NAME), settings.state_folder / REQUESTS)
    from services.costs.dynamo_store import DynamoCostStore
    from services.dynamo_table import Table

    return DynamoCostStore(Table(settings.report_table))


def costs_file(settings: Settings) -> Path:
    """What is shown locally: the costs beside the data; the demo's while there is neither."""
    own = settings.data_file.with_name(NAME)
    return own if own.exists() or settings.data_file.exists() else ROOT / NAME
