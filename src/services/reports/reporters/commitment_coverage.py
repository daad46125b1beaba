"""How much of what Savings Plans and reservations could cover they do cover, by service.

docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetSavingsPlansCoverage.html
docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetReservationCoverage.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.models.domain.report import Column, Figure, Row
from services.models.kit.values import Item, at, each, text
from services.reports.payer import (
    DAYS,
    RESERVABLE,
    asked,
    number,
    ratio,
    us_cents,
    whole,
)
from services.reports.report import Content, Example, Reporter, Sources, dearest_first

PLANS, RESERVATIONS = "Savings Plans", "Reservations"
BY_SERVICE = [{"Type": "DIMENSION", "Key": "SERVICE"}]
ON_DEMAND = 5
DOES_NOT_APPLY = ""


@dataclass(frozen=True)
class Coverage:
    """covered, eligible: USD by Savings Plans, hours by reservations. on_demand: USD."""

    by: str
    service: str
    covered: Decimal | None
    eligible: Decimal | None
    on_demand: Decimal | None


def make(sources: Sources) -> Content:
    found = [each for each in (*_by_plans(sources), *_by_reservations(sources)) if each.eligible != 0]
    plans = [each for each in found if each.by == PLANS]
    reservations = [each for each in found if each.by == RESERVATIONS]
    figures = (
        Figure("plans", "Covered by Savings Plans", _share(plans), "share"),
        Figure("plans_on_demand", f"Else on demand, {DAYS} days", _on_demand(plans), "money"),
        Figure("reservations", "Covered by reservations", _share(reservations), "share"),
        Figure("reservations_on_demand", f"Else on demand, {DAYS} days", _on_demand(reservations), "money"),
        Figure("services", "Services", len({each.service for each in found})),
    )
    return Content(dearest_first(map(_row, found), ON_DEMAND), figures)


def _by_plans(sources: Sources) -> Iterator[Coverage]:
    for page in asked(sources, "get_savings_plans_coverage", GroupBy=BY_SERVICE):
        for item in each(page, "SavingsPlansCoverages"):
            yield Coverage(
                PLANS,
                _service(item),
                number(item, "Coverage", "SpendCoveredBySavingsPlans"),
                number(item, "Coverage", "TotalCost"),
                number(item, "Coverage", "OnDemandCost"),
            )


def _service(item: Item) -> str:
    """The one attribute, whatever the case of its name."""
    attributes: Any = at(item, "Attributes") or {}
    return next((text(attributes, name) for name in attributes), "")


def _by_reservations(sources: Sources) -> Iterator[Coverage]:
    for service in RESERVABLE:
        for page in asked(sources, "get_reservation_coverage", service, Metrics=["Hour", "Cost"]):
            if at(page, "Total", "CoverageHours"):
                yield Coverage(
                    RESERVATIONS,
                    service,
                    number(page, "Total", "CoverageHours", "ReservedHours"),
                    number(page, "Total", "CoverageHours", "TotalRunningHours"),
                    number(page, "Total", "CoverageCost", "OnDemandCost"),
                )


def _row(found: Coverage) -> Row:
    share = ratio(found.covered, found.eligible)
    if found.by == PLANS:
        covered: tuple[Any, ...] = (us_cents(found.covered), DOES_NOT_APPLY)
    else:
        covered = (DOES_NOT_APPLY, None if found.covered is None else round(found.covered))
    return found.by, found.service, share, *covered, us_cents(found.on_demand)


def _share(found: list[Coverage]) -> float | None:
    pairs = [
        (each.covered, each.eligible)
        for each in found
        if each.covered is not None and each.eligible is not None
    ]
    return ratio(whole(covered for covered, _ in pairs), whole(eligible for _, eligible in pairs))


def _on_demand(found: list[Coverage]) -> int | None:
    return us_cents(whole(each.on_demand for each in found))


_EC2, _RDS = RESERVABLE[:2]

REPORTER = Reporter(
    name="commitment-coverage",
    title="Savings Plans and reservations: coverage",
    about="By service, how much of the eligible usage of the 30 days up to the day before yesterday was"
    " covered, and what the rest cost at on-demand prices. Plans cover spend, reservations cover hours; both"
    " can cover the same usage, so their rows must not be added up.",
    columns=(
        Column("by", "Covered by"),
        Column("service", "Service"),
        Column("coverage", "Coverage", "share", compared=False),
        Column("covered", "Covered spend", "money", compared=False),
        Column("hours", "Reserved hours", "count", compared=False),
        Column("on_demand", "On-demand cost", "money", compared=False),
    ),
    key=2,
    payer=True,
    make=make,
    examples=(
        Example(
            (),
            answers={
                "get_savings_plans_coverage": (
                    {
                        "SavingsPlansCoverages": [
                            {
                                "Attributes": {"SERVICE": _EC2},
                                "Coverage": {
                                    "SpendCoveredBySavingsPlans": "300",
                                    "OnDemandCost": "100",
                                    "TotalCost": "400",
                                    "CoveragePercentage": "75",
                                },
                            },
                            {"Attributes": {"SERVICE": "AWS Lambda"}, "Coverage": {"TotalCost": "0"}},
                        ]
                    },
                ),
                f"get_reservation_coverage {_RDS}": (
                    {
                        "CoveragesByTime": [],
                        "Total": {
                            "CoverageHours": {
                                "OnDemandHours": "540",
                                "ReservedHours": "180",
                                "TotalRunningHours": "720",
                                "CoverageHoursPercentage": "25",
                            },
                            "CoverageCost": {"OnDemandCost": "250.50"},
                        },
                    },
                ),
            },
            rows=(
                ("Reservations", _RDS, 0.25, "", 180, 25050),
                ("Savings Plans", _EC2, 0.75, 30000, "", 10000),
            ),
            figures={"plans": 0.75, "plans_on_demand": 10000, "reservations": 0.25, "services": 2},
        ),
        Example(
            (),
            answers={"get_savings_plans_coverage": ({"SavingsPlansCoverages": []},)},
            rows=(),
            figures={"plans": None, "reservations": None, "services": 0},
        ),
    ),
)
