"""The simulated hour of an account that is larger than a delivery: the real worker, rates and table code."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from services.models import RESOURCE_TYPES

BENCH = Path(__file__).resolve().parent.parent / "bench"


@pytest.fixture
def simulation(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(BENCH))
    return importlib.import_module("organisation")


def test_twelve_thousand_tables_or_log_groups_take_two_deliveries_and_as_many_queues_one(
    simulation: Any,
) -> None:
    types = [RESOURCE_TYPES[name] for name in simulation.LARGE]
    world = simulation.World(types, 1, 1, simulation.LARGE)
    table = simulation.MeteredTable(lambda operations: world.work(0.001 * operations, 0.006 * operations))
    figures = simulation.hour(world, table, 0)
    assert figures["resources"] == 36_000
    assert figures["scopes that failed"] == figures["scopes left to the next delivery"] == 0
    assert figures["messages"] == 4, "one for each of the groups, and two that go on"
    assert 15 < figures["minutes until the last job ends"] < 30
    assert 780 < figures["longest job, seconds"] < simulation.TIMEOUT
    asked = figures["AWS calls"] - figures["throttled"]
    assert asked < 24_000 + 12_000 + 1_000, (
        "tables are asked about twice each, none of them again, and log groups page by page"
    )
