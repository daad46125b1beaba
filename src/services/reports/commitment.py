"""Commitments: every Savings Plan and reservation of all accounts, as Cost Explorer tells of them.

docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetSavingsPlansUtilizationDetails.html
docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetReservationUtilization.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.models.kit.values import Item, each, iso, text
from services.reports.payer import RESERVABLE, asked, number
from services.reports.report import Sources

PLAN, RESERVATION = "Savings Plan", "Reservation"
PLANS = {
    "ComputeSavingsPlans": "Compute",
    "EC2InstanceSavingsPlans": "EC2 Instance",
    "SageMakerSavingsPlans": "SageMaker",
    "DatabaseSavingsPlans": "Database",
}
GROUPED = [{"Type": "DIMENSION", "Key": "SUBSCRIPTION_ID"}]


@dataclass(frozen=True)
class Commitment:
    """used, bought: in USD of a plan, in hours of a reservation. The other amounts: USD. All of 30 days."""

    kind: str
    id: str
    account: str
    region: str
    of: str
    payment: str
    used: Decimal | None
    bought: Decimal | None
    cost: Decimal | None
    unused: Decimal | None
    saved: Decimal | None
    ends: date | None


def savings_plans(sources: Sources) -> Iterator[Commitment]:
    """Raises NotKnown, CollectError."""
    for page in asked(sources, "get_savings_plans_utilization_details"):
        for item in each(page, "SavingsPlansUtilizationDetails"):
            arn, kind = text(item, "SavingsPlanArn"), text(item, "Attributes", "SavingsPlansType")
            yield Commitment(
                PLAN,
                arn.rpartition("/")[2],
                text(item, "Attributes", "AccountId") or "".join(arn.split(":")[4:5]),
                text(item, "Attributes", "Region"),
                _words(PLANS.get(kind, kind), text(item, "Attributes", "InstanceFamily")),
                text(item, "Attributes", "PaymentOption"),
                number(item, "Utilization", "UsedCommitment"),
                number(item, "Utilization", "TotalCommitment"),
                number(item, "Utilization", "TotalCommitment"),
                number(item, "Utilization", "UnusedCommitment"),
                number(item, "Savings", "NetSavings"),
                _day(text(item, "Attributes", "EndDateTime")),
            )


def reservations(sources: Sources) -> Iterator[Commitment]:
    """Raises NotKnown, CollectError."""
    for service in RESERVABLE:
        for page in asked(sources, "get_reservation_utilization", service, GroupBy=GROUPED):
            groups = (
                group for period in each(page, "UtilizationsByTime") for group in each(period, "Groups")
            )
            yield from map(_reservation, groups)


def _reservation(item: Item) -> Commitment:
    count = text(item, "Attributes", "numberOfInstances")
    return Commitment(
        RESERVATION,
        text(item, "Attributes", "leaseId") or text(item, "Value"),
        text(item, "Attributes", "accountId"),
        text(item, "Attributes", "region"),
        _words(count and f"{count} ×", text(item, "Attributes", "instanceType")),
        text(item, "Attributes", "paymentOption"),
        number(item, "Utilization", "TotalActualHours"),
        number(item, "Utilization", "PurchasedHours"),
        number(item, "Utilization", "TotalAmortizedFee"),
        number(item, "Utilization", "RICostForUnusedHours"),
        number(item, "Utilization", "NetRISavings"),
        _day(text(item, "Attributes", "endDateTime")),
    )


def _day(moment: str) -> date | None:
    found = iso(moment) if moment else None
    return date.fromisoformat(found[:10]) if found else None


def _words(*words: str) -> str:
    return " ".join(filter(None, words))
