from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

import pytest

from services.costs.store import Kept, outlook_document, outlook_of, resource_documents, resources_of
from services.models.domain.costs import Anomaly, Outlook, ResourceCosts, Spent
from services.models.domain.finding import Mute
from services.models.domain.report import Column, Figure, Latest, Report, Summary
from services.models.kit.change import Change
from services.store.typed import amount, typed

STORED: tuple[Any, ...] = (
    Kept("v", "unblended", "2026-11-20T12:00:00Z", 3),
    Spent(1, 60),
    Mute("m", "why", "ada", "2026-11-20T12:00:00Z", "2026-12-20T12:00:00Z", tag="Env=dev"),
    Change("changed", "volumes", "1", "eu-west-1", "vol-a", "data", "2026-11-20T12:00:00Z", {"size": (1, 2)}),
    Report("waste", "Waste", "2026-11-20", "", (Column("id", "Id"),), 0, (("a", 1, None),), ()),
    Latest("waste", "Waste", "ok", "", figures=(Figure("saving", "Saving", 1, "money"),)),
    Summary("2026-11-20", {"saving": 1.5, "unknown": None}),
)
OUTLOOK = Outlook("", "2026-11-20", Decimal("1.50"), (Anomaly("a", "", "", "1", "EC2", "", Decimal(2)),), {})


@pytest.mark.parametrize("stored", STORED, ids=lambda stored: type(stored).__name__)
def test_what_is_stored_is_read_as_it_was_and_without_what_a_newer_version_adds(stored: Any) -> None:
    assert typed(type(stored), asdict(stored) | {"added": {"later": 1}}) == stored


def test_costs_are_read_without_what_a_newer_version_adds() -> None:
    assert outlook_of(outlook_document(OUTLOOK) | {"added": 1}) == OUTLOOK
    costs = ResourceCosts("1", "unblended", "2026-11-12", "2026-11-20", {"EC2": {"vol-a": Decimal(7)}})
    head, *rest = resource_documents(costs)
    assert resources_of([head | {"added": 1}, *rest]) == costs


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e400", "-1e10"])
def test_what_no_sum_can_hold_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="is no amount"):
        amount(text)
