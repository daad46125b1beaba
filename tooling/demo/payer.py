"""What the account that pays for the demo estate would answer: commitments, coverage, recommendations."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from services.models.kit.base import Document
from services.models.kit.values import Item
from services.reports.payer import RESERVABLE
from services.store.estate import Estate
from services.store.files import atomic_writer
from tooling.demo.whose import DATA, ML, PROD, STAGING

EC2, RDS, CACHE = RESERVABLE[:3]
HOURS = 720  # of 30 days
CENT = Decimal("0.01")
# id, account, type, family, region, USD an hour, share used, USD saved, days to its end
PLANS = (
    ("7c1f4a52", PROD, "ComputeSavingsPlans", "", "", "4.00", "0.998", "1284.20", "480"),
    ("e90b6d13", PROD, "EC2InstanceSavingsPlans", "m5", "us-east-1", "1.20", "0.713", "96.35", "19"),
    ("2ad85c7e", ML, "SageMakerSavingsPlans", "", "", "0.80", "0.546", "-38.90", "49"),
)
# service, id, account, region, what, how many, payment, USD of 30 days, share used, saved, days to its end
LEASES = (
    (EC2, "9f0a61b7", STAGING, "eu-west-1", "m5.large", 4, "No Upfront") + ("182.40", "0.25", "-91.10", "26"),
    (RDS, "ri-db-m5-prod", PROD, "us-east-1", "db.m5.large", 2, "All Upfront")
    + ("158.60", "1", "86.40", "83"),
    (RDS, "ri-db-m7g-data", DATA, "eu-west-1", "db.m7g.large", 3, "Partial Upfront")
    + ("214.10", "1", "131.70", "314"),
    (CACHE, "ri-cache-prod", PROD, "us-east-1", "cache.r6g.large", 2, "No Upfront")
    + ("189.00", "0.96", "101.20", "-3"),
)
# service, USD covered, USD on demand
COVERED = (
    (EC2, "3522.60", "2841.70"),
    ("AWS Lambda", "212.30", "38.10"),
    ("Amazon SageMaker", "314.50", "1190.80"),
)
# service, hours reserved, hours in all, USD on demand
RESERVED = ((EC2, 720, 31_680, "6364.30"), (RDS, 3_600, 12_240, "2417.90"), (CACHE, 1_382, 3_600, "402.20"))
# type -> action, what it is now, what it should be, share of the cost that is saved, effort, restart
ADVICE = {
    "instances": ("MigrateToGraviton", "Ec2Instance", "m7g.large", "0.21", "High", True),
    "volumes": ("Upgrade", "EbsVolume", "gp3", "0.20", "VeryLow", False),
    "databases": ("Rightsize", "RdsDbInstance", "db.t4g.medium", "0.48", "Medium", True),
}


def write_payer(path: Path, estate: Estate, now: datetime) -> None:
    """Write what it would answer at `now`: the answers by operation, as services.reports.payer reads them."""
    answers = {
        "get_savings_plans_utilization_details": [
            {"SavingsPlansUtilizationDetails": [_plan(plan, now) for plan in PLANS]}
        ],
        **{f"get_reservation_utilization {service}": [_leases(service, now)] for service in RESERVABLE},
        "get_savings_plans_coverage": [{"SavingsPlansCoverages": [*map(_covered, COVERED)]}],
        **{f"get_reservation_coverage {each[0]}": [_reserved(*each)] for each in RESERVED},
        "list_recommendations": [{"items": [*_advice(estate)]}],
    }
    with atomic_writer(path) as file:
        file.write(json.dumps(answers, indent=1) + "\n")


def _plan(plan: tuple[str, ...], now: datetime) -> Item:
    id, account, kind, family, region, hourly, share, saved, end = plan
    attributes = {"AccountId": account, "SavingsPlansType": kind, "InstanceFamily": family, "Region": region}
    total = HOURS * Decimal(hourly)
    used = (total * Decimal(share)).quantize(CENT)
    return {
        "SavingsPlanArn": f"arn:aws:savingsplans::{account}:savingsplan/{id}",
        "Attributes": attributes
        | {"PaymentOption": "No Upfront", "EndDateTime": f"{_end(end, now)}T09:00:00.000Z"},
        "Utilization": {
            "TotalCommitment": str(total),
            "UsedCommitment": str(used),
            "UnusedCommitment": str(total - used),
            "UtilizationPercentage": str(100 * Decimal(share)),
        },
        "Savings": {"NetSavings": saved},
    }


def _end(days: str, now: datetime) -> str:
    return str(now.date() + timedelta(days=int(days)))


def _leases(service: str, now: datetime) -> Item:
    groups = [_lease(now, *lease[1:]) for lease in LEASES if lease[0] == service]
    return {"UtilizationsByTime": [{"Groups": groups}]}


def _lease(
    now: datetime, id: str, account: str, region: str, what: str, count: int, payment: str, *told: str
) -> Item:
    fee, share, saved, end = told
    used = Decimal(share)
    return {
        "Key": "SUBSCRIPTION_ID",
        "Value": id,
        "Attributes": {
            "leaseId": id,
            "accountId": account,
            "region": region,
            "instanceType": what,
            "numberOfInstances": str(count),
            "paymentOption": payment,
            "endDateTime": f"{_end(end, now)}T00:00:00.000Z",
        },
        "Utilization": {
            "PurchasedHours": str(HOURS * count),
            "TotalActualHours": str(HOURS * count * used),
            "TotalAmortizedFee": fee,
            "RICostForUnusedHours": str((Decimal(fee) * (1 - used)).quantize(CENT)),
            "NetRISavings": saved,
        },
    }


def _covered(each: tuple[str, str, str]) -> Item:
    service, covered, on_demand = each
    amounts = {"SpendCoveredBySavingsPlans": covered, "OnDemandCost": on_demand}
    total = str(Decimal(covered) + Decimal(on_demand))
    return {"Attributes": {"SERVICE": service}, "Coverage": amounts | {"TotalCost": total}}


def _reserved(_: str, reserved: int, total: int, on_demand: str) -> Item:
    hours = {"ReservedHours": str(reserved), "TotalRunningHours": str(total)}
    return {"Total": {"CoverageHours": hours, "CoverageCost": {"OnDemandCost": on_demand}}}


def _advice(estate: Estate) -> Iterator[Item]:
    for type in ADVICE:
        yield from (_recommendation(*each) for each in enumerate(_dear(estate, type)))


def _dear(estate: Estate, type: str) -> Iterable[Document]:
    """The four that cost most; of volumes, those of yesterday's type."""
    known = [
        document
        for scope, documents in estate.resources.items()
        for document in documents
        if scope.type == type and document["cost"] and document.get("volume_type", "gp2") == "gp2"
    ]
    return sorted(known, key=lambda document: (-Decimal(document["cost"]), document["id"]))[:4]


def _recommendation(number: int, resource: Document) -> Item:
    action, kind, towards, share, effort, restart = ADVICE[resource["type"]]
    saving = (Decimal(resource["cost"]) * Decimal(share)).quantize(CENT)
    return {
        "recommendationId": f"{kind}-{number + 1}",
        "accountId": resource["account"],
        "region": resource["region"],
        "resourceId": resource["id"],
        "currentResourceType": kind,
        "actionType": action,
        "recommendedResourceSummary": towards,
        "estimatedMonthlySavings": float(saving),
        "currencyCode": "USD",
        "implementationEffort": effort,
        "restartNeeded": restart,
    }
