"""The wiring of costs: beside the local data, or in the table. Imported services wait until one is asked."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from services.costs.source import StoredCosts
from services.read.builds import Builder
from settings import ROOT, Settings
from wiring.published import Log, published

if TYPE_CHECKING:
    from services.costs.store import CostStore

NAME, REQUESTS = "local_costs.json", "cost_requests.json"


def costs_of(settings: Settings, builder: Builder | None = None, asks: Log | None = None) -> StoredCosts:
    """Where pages and rules get the costs.

    builder: makes those of a large local estate beside the request. asks: has lambda_snapshot do so deployed.
    """
    shown = partial(_shown, settings)
    if settings.local:
        return StoredCosts(shown, settings.cache_folder, builder=builder, poll=0.0)
    place = partial(published, settings, "costs", asks)
    return StoredCosts(shown, settings.cache_folder, published=place)


def _shown(settings: Settings) -> CostStore:
    if not settings.local:
        return cost_store(settings)
    from services.costs.local_store import LocalCostStore

    return LocalCostStore(costs_file(settings), settings.state_folder / REQUESTS)


def cost_store(settings: Settings) -> CostStore:
    """Where the costs are kept: beside the local data, or in the table."""
    if settings.local:
        from services.costs.local_store import LocalCostStore

        return LocalCostStore(settings.data_file.with_name(NAME), settings.state_folder / REQUESTS)
    from services.costs.dynamo_store import DynamoCostStore
    from services.store.dynamo_table import Table

    return DynamoCostStore(Table(settings.report_table))


def costs_file(settings: Settings) -> Path:
    """What is shown locally: the costs beside the data; the demo's while there is neither."""
    own = settings.data_file.with_name(NAME)
    return own if own.exists() or settings.data_file.exists() else ROOT / NAME
