"""What each owner's resources cost, as far as their prices are known."""

from __future__ import annotations

from decimal import Decimal

from services.cop.rule import example
from services.models.everything.query import Group
from services.models.report import Column, Figure
from services.reports.report import EVERY_TYPE, Content, Example, Reporter, Sources, dearest_first

NOBODY = "no owner"


def make(sources: Sources) -> Content:
    sources.collected(*EVERY_TYPE)
    groups = sources.everything.groups("owner")
    whole = sum(group.totals.cost for group in groups)
    nobody = next((group for group in groups if not group.value), None)
    rows = dearest_first((_row(group, whole) for group in groups), 2)
    unowned = nobody.totals.cost if nobody else 0
    figures = (
        Figure("cost", "Known cost a month", whole, "money"),
        Figure("unowned_cost", "Of nobody", unowned, "money"),
        Figure("unowned_share", "Share of nobody", unowned / whole if whole else None, "share"),
        Figure("owners", "Owners", sum(bool(group.value) for group in groups)),
        Figure("unknown", "Resources of unknown cost", sum(group.totals.unknown for group in groups)),
    )
    return Content(rows, figures)


def _row(group: Group, whole: int) -> tuple[str, int, int | None, float | None, int]:
    totals = group.totals
    known = totals.cost if totals.unknown < totals.count else None
    share = None if known is None or not whole else known / whole
    return group.value or NOBODY, totals.count, known, share, totals.unknown


_ADA = {"owner": "ada", "cost": Decimal("30.00")}

REPORTER = Reporter(
    name="cost-by-owner",
    title="Cost by owner",
    about="Known cost of each owner's resources, as of the last collection; what nobody owns is a row too.",
    columns=(
        Column("owner", "Owner"),
        Column("resources", "Resources", "count"),
        Column("cost", "Known cost a month", "money"),
        Column("share", "Share", "share"),
        Column("unknown", "Of unknown cost", "count"),
    ),
    types=EVERY_TYPE,
    make=make,
    examples=(
        Example(
            (
                example("volumes", id="vol-1", **_ADA),
                example("volumes", id="vol-2", **_ADA | {"cost": None}),
                example("volumes", id="vol-3", owner=None, cost=Decimal("10.00")),
                example("volumes", id="vol-4", owner="bob", cost=None),
            ),
            rows=(("ada", 2, 3000, 0.75, 1), (NOBODY, 1, 1000, 0.25, 0), ("bob", 1, None, None, 1)),
            figures={"cost": 4000, "unowned_cost": 1000, "unowned_share": 0.25, "owners": 2, "unknown": 2},
        ),
    ),
)
