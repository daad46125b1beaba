"""The wiring of costs: beside the local data, or in the table. Imported services wait until one is asked."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from services.costs.source import POLL, CostsSource, StoredCosts
from settings import Settings

if TYPE_CHECKING:
    from services.costs.store import CostStore

NAME, REQUESTS = "local_costs.json", "cost_requests.json"


def costs_of(settings: Settings) -> CostsSource:
    """Where pages and rules get the costs."""
    poll = 0.0 if settings.local else POLL
    return StoredCosts(partial(cost_store, settings), settings.cache_folder, poll=poll)


def cost_store(settings: Settings) -> CostStore:
    """Where the costs are kept: beside the local data, or in the table."""
    if settings.local:
        from services.costs.local_store import LocalCostStore

        return LocalCostStore(costs_file(settings), settings.state_folder / REQUESTS)
    from services.costs.dynamo_store import DynamoCostStore
    from services.dynamo_table import Table

    return DynamoCostStore(Table(settings.report_table))


def costs_file(settings: Settings) -> Path:
    """Locally: beside the data, so that those of the demo are the demo's."""
    return settings.data_file.with_name(NAME)
