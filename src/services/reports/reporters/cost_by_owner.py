"""What each owner costs: as Cost Explorer tells it by tag, beside what the resources cost by list prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from services.cop.judge.rule import example
from services.costs.costs import Costs
from services.models.domain.costs import CostQuery, PeriodCosts, cents_of
from services.models.domain.report import Column, Figure, Row
from services.models.everything.query import Group
from services.models.kit.base import UNKNOWN
from services.reports.report import EVERY_TYPE, Content, Example, Reporter, Sources, dearest_first

NOBODY, NOT_ATTRIBUTED = "no owner", "not attributed"
NO_RESOURCES = ""  # that a price list could be of
NOT_ASKED = "Cost Explorer has told no whole month yet: shares are of list prices. Ask it with inv costs"


@dataclass(frozen=True)
class Billed:
    """A whole month's cost by owner, in cents, and that month's total. title: month and metric in words."""

    title: str
    total: int
    owners: Mapping[str, int]


def make(sources: Sources) -> Content:
    sources.collected(*EVERY_TYPE)
    groups = {group.value or NOBODY: group for group in sources.everything.groups("owner")}
    costs = sources.costs()
    billed = _billed(costs) if costs else None
    listed = sum(group.totals.cost for group in groups.values())
    priced = [name for name, group in groups.items() if group.totals.unknown < group.totals.count]
    names = dict.fromkeys((*groups, *(billed.owners if billed else ())))
    rows = [_row(name, groups.get(name), listed, billed) for name in names]
    unowned = groups[NOBODY].totals.cost if NOBODY in groups else 0
    whole, of_nobody = (billed.total, billed.owners.get(NOBODY, 0)) if billed else (listed, unowned)
    figures = (
        Figure(
            "billed", billed.title if billed else "Cost Explorer", billed.total if billed else None, "money"
        ),
        Figure("cost", "At list prices a month", listed if priced or not groups else None, "money"),
        Figure("unowned_share", "Share of nobody", of_nobody / whole if whole else None, "share"),
        Figure(
            "unowned_cost",
            "Of nobody, at list prices",
            unowned if NOBODY in priced or NOBODY not in groups else None,
            "money",
        ),
        Figure("owners", "Owners", sum(name not in (NOBODY, NOT_ATTRIBUTED, UNKNOWN) for name in names)),
        Figure("unknown", "Resources without a price", sum(each.totals.unknown for each in groups.values())),
    )
    by = 1 if billed else 4
    return Content(dearest_first(rows, by), figures, () if billed else (NOT_ASKED,))


def _billed(costs: Costs) -> Billed | None:
    """Of the last month that is over and known in whole; None when there is none."""
    pivot = costs.pivot(CostQuery("owner"))
    over = [place for place, month in enumerate(pivot.periods) if month not in pivot.open]
    if not over:
        return None
    last = over[-1]
    names = {None: NOT_ATTRIBUTED, "": NOBODY}
    owners = {names.get(row.key) or str(row.key): cents_of(row.nanos[last]) for row in pivot.rows}
    title = f"Cost Explorer, {pivot.periods[last]}, {costs.metric}"
    return Billed(title, cents_of(pivot.totals[last]), {name: cost for name, cost in owners.items() if cost})


def _row(name: str, group: Group | None, listed: int, billed: Billed | None) -> Row:
    bill = billed.owners.get(name, 0) if billed else None
    if group is None:
        return name, bill, _share(bill, billed), 0, NO_RESOURCES, 0
    totals = group.totals
    known = totals.cost if totals.unknown < totals.count else None
    share = _share(bill, billed) if billed else None if known is None or not listed else known / listed
    return name, bill, share, totals.count, known, totals.unknown


def _share(bill: int | None, billed: Billed | None) -> float | None:
    return bill / billed.total if billed and bill is not None and billed.total else None


_ADA = {"owner": "ada", "cost": Decimal("30.00")}

_SHOP = "Amazon Simple Storage Service"
_OCTOBER = PeriodCosts(
    "2026-10",
    "unblended",
    "2026-11-20T04:15:00Z",
    Decimal("100"),
    {"owners": {("ada", _SHOP): Decimal("60"), ("", _SHOP): Decimal("30"), ("eve", _SHOP): Decimal("5")}},
)
_VOLUMES = (
    example("volumes", id="vol-1", **_ADA),
    example("volumes", id="vol-2", **_ADA | {"cost": None}),
    example("volumes", id="vol-3", owner=None, cost=Decimal("10.00")),
    example("volumes", id="vol-4", owner="bob", cost=None),
)

REPORTER = Reporter(
    name="cost-by-owner",
    title="Cost by owner",
    about="What Cost Explorer tells of the last whole month by the owners' cost allocation tag, and beside it"
    " what each owner's resources cost a month at list prices, as of the last collection. What is of nobody,"
    " of unknown owner because its tags could not be read, and what Cost Explorer attributes to no tag at all"
    " (as tax), are rows too.",
    columns=(
        Column("owner", "Owner"),
        Column("billed", "Cost Explorer, last month", "money"),
        Column("share", "Share", "share"),
        Column("resources", "Resources", "count"),
        Column("cost", "At list prices a month", "money"),
        Column("unknown", "Without a price", "count"),
    ),
    types=EVERY_TYPE,
    make=make,
    examples=(
        Example(
            _VOLUMES,
            rows=(
                ("ada", None, 0.75, 2, 3000, 1),
                (NOBODY, None, 0.25, 1, 1000, 0),
                ("bob", None, None, 1, None, 1),
            ),
            figures={"billed": None, "cost": 4000, "unowned_cost": 1000, "unowned_share": 0.25, "owners": 2}
            | {"unknown": 2},
        ),
        Example(
            _VOLUMES[:1],
            costs=(replace(_OCTOBER, period="2026-11-02"),),  # of a month that is not over
            rows=(("ada", None, 1.0, 1, 3000, 0),),
            figures={"billed": None, "cost": 3000, "unowned_share": 0.0},
        ),
        Example(
            _VOLUMES,
            costs=(_OCTOBER,),
            rows=(
                ("ada", 6000, 0.6, 2, 3000, 1),
                (NOBODY, 3000, 0.3, 1, 1000, 0),
                ("eve", 500, 0.05, 0, "", 0),
                (NOT_ATTRIBUTED, 500, 0.05, 0, "", 0),
                ("bob", 0, 0.0, 1, None, 1),
            ),
            figures={"billed": 10000, "cost": 4000, "unowned_share": 0.3, "owners": 3, "unknown": 2},
        ),
    ),
)
