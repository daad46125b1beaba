"""Each Savings Plan and reservation: how far it is used, what it saves, and when it ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from services.models.domain.report import Column, Figure, Row
from services.models.kit.values import Item
from services.reports.commitment import PLAN, RESERVATION, Commitment, reservations, savings_plans
from services.reports.payer import DAYS, RESERVABLE, ratio, us_cents, whole
from services.reports.report import Content, Example, Reporter, Sources

SOON = (90, 60, 30)  # days


def make(sources: Sources) -> Content:
    found = [*savings_plans(sources), *reservations(sources)]
    found.sort(key=lambda each: (each.ends or date.max, each.kind, each.id))
    left = [(each.ends - sources.today).days for each in found if each.ends]
    figures = (
        Figure("plans_used", "Savings Plans utilization", _used(found, PLAN), "share"),
        Figure("reservations_used", "Reservation utilization", _used(found, RESERVATION), "share"),
        *(
            Figure(f"within_{most}", f"End within {most} days", sum(0 <= days <= most for days in left))
            for most in SOON
        ),
        Figure("unused", f"Unused in {DAYS} days", _sum(each.unused for each in found), "money"),
        Figure("saved", f"Net savings in {DAYS} days", _sum(each.saved for each in found), "money"),
        Figure("commitments", "Plans and reservations", len(found)),
        Figure("unknown", "Of unknown end", len(found) - len(left)),
    )
    return Content(tuple(_row(each, sources.today) for each in found), figures)


def _row(found: Commitment, today: date) -> Row:
    place = (found.kind, found.id, found.account or None, found.region or "global", found.of, found.payment)
    amounts = (us_cents(found.unused), us_cents(found.saved))
    use = ratio(found.used, found.bought)
    if found.ends is None:
        return *place, us_cents(found.cost), use, *amounts, None, None
    return *place, us_cents(found.cost), use, *amounts, str(found.ends), (found.ends - today).days


def _used(found: Iterable[Commitment], kind: str) -> float | None:
    """Of all of a kind that tell both; None when there are none."""
    pairs = [
        (each.used, each.bought)
        for each in found
        if each.kind == kind and each.used is not None and each.bought is not None
    ]
    return ratio(whole(used for used, _ in pairs), whole(bought for _, bought in pairs))


def _sum(amounts: Iterable[Decimal | None]) -> int | None:
    return us_cents(whole(amounts))


def _plan(id: str, ends: str, **attributes: str) -> Item:
    usual = {"SavingsPlansType": "ComputeSavingsPlans", "PaymentOption": "No Upfront", "EndDateTime": ends}
    return {
        "SavingsPlanArn": f"arn:aws:savingsplans::412233445883:savingsplan/{id}",
        "Attributes": usual | attributes,
        "Utilization": {
            "TotalCommitment": "720",
            "UsedCommitment": "648",
            "UnusedCommitment": "72",
            "UtilizationPercentage": "90",
        },
        "Savings": {"NetSavings": "201.005", "OnDemandCostEquivalent": "921.005"},
    }


def _lease(id: str, ends: str, **utilization: str) -> Item:
    attributes = {
        "leaseId": id,
        "accountId": "528846013377",
        "region": "eu-west-1",
        "instanceType": "m5.large",
        "numberOfInstances": "4",
        "paymentOption": "All Upfront",
        "endDateTime": ends,
    }
    usual = {"PurchasedHours": "2880", "TotalActualHours": "1440", "TotalAmortizedFee": "180"}
    return {
        "Key": "SUBSCRIPTION_ID",
        "Value": "359809062",
        "Attributes": attributes,
        "Utilization": usual | {"RICostForUnusedHours": "90", "NetRISavings": "-12.5"} | utilization,
    }


_NO_LEASES: Mapping[str, tuple[Item, ...]] = {
    f"get_reservation_utilization {service}": ({"UtilizationsByTime": [{"Groups": []}]},)
    for service in RESERVABLE
}

REPORTER = Reporter(
    name="commitments",
    title="Savings Plans and reservations: use and expiry",
    about="Every Savings Plan and reservation of all accounts: how far it was used in the 30 days up to"
    " the day before yesterday, what it saved against on-demand prices, and when it ends. The first to end"
    " come first.",
    columns=(
        Column("kind", "Kind"),
        Column("commitment", "Id"),
        Column("account", "Account", "account"),
        Column("region", "Region"),
        Column("of", "Of"),
        Column("payment", "Payment"),
        Column("cost", "Commitment", "money", compared=False),
        Column("utilization", "Utilization", "share", compared=False),
        Column("unused", "Unused", "money", compared=False),
        Column("saved", "Net savings", "money", compared=False),
        Column("ends", "Ends", "day"),
        Column("left", "Expiry", "due", compared=False),
    ),
    key=2,
    payer=True,
    make=make,
    examples=(
        Example(
            (),
            answers={
                "get_savings_plans_utilization_details": (
                    {
                        "SavingsPlansUtilizationDetails": [_plan("p-1", "2027-02-03T09:00:00Z")],
                        "NextToken": "1",
                    },
                    {
                        "SavingsPlansUtilizationDetails": [
                            _plan(
                                "p-2",
                                "2026-12-01T00:00:00.000Z",
                                SavingsPlansType="EC2InstanceSavingsPlans",
                                InstanceFamily="m5",
                                Region="us-east-1",
                                AccountId="640172958264",
                            ),
                            _plan("p-3", ""),
                        ]
                    },
                ),
                **_NO_LEASES,
                "get_reservation_utilization Amazon Relational Database Service": (
                    {"UtilizationsByTime": [{"Groups": [_lease("r-1", "2026-11-19T00:00:00Z")]}]},
                ),
            },
            rows=(
                ("Reservation", "r-1", "528846013377", "eu-west-1", "4 × m5.large", "All Upfront")
                + (18000, 0.5, 9000, -1250, "2026-11-19", -1),
                ("Savings Plan", "p-2", "640172958264", "us-east-1", "EC2 Instance m5", "No Upfront")
                + (72000, 0.9, 7200, 20101, "2026-12-01", 11),
                ("Savings Plan", "p-1", "412233445883", "global", "Compute", "No Upfront")
                + (72000, 0.9, 7200, 20101, "2027-02-03", 75),
                ("Savings Plan", "p-3", "412233445883", "global", "Compute", "No Upfront")
                + (72000, 0.9, 7200, 20101, None, None),
            ),
            figures={"plans_used": 0.9, "reservations_used": 0.5, "unused": 30600, "saved": 59052}
            | {"commitments": 4, "within_30": 1, "within_60": 1, "within_90": 2, "unknown": 1},
        ),
        Example(
            (),
            answers=_NO_LEASES,  # and no data of Savings Plans
            rows=(),
            figures={"plans_used": None, "reservations_used": None, "unused": None, "commitments": 0},
        ),
    ),
)
