"""What the demo estate costs: thirteen months and the days since October; the same on every run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

from services.costs.dates import DAY, days_of, first_day, month_before, month_of, months_before
from services.costs.local_store import LocalCostStore
from services.costs.plan import MONTHS
from services.models.costs import CUTS, Anomaly, Group, Outlook, PeriodCosts
from services.models.values import iso

EC2, OTHER = "Amazon Elastic Compute Cloud - Compute", "EC2 - Other"
S3, RDS = "Amazon Simple Storage Service", "Amazon Relational Database Service"
LAMBDA, CLOUDWATCH, ELB = "AWS Lambda", "AmazonCloudWatch", "Amazon Elastic Load Balancing"
SAGEMAKER, DYNAMODB, VPC = "Amazon SageMaker", "Amazon DynamoDB", "Amazon Virtual Private Cloud"
# service -> USD a day in an account of weight 1, share that a weekend saves
SERVICES: Mapping[str, tuple[float, float]] = {
    EC2: (3.0, 0.1),
    OTHER: (0.8, 0.0),
    RDS: (1.4, 0.0),
    S3: (0.7, 0.0),
    ELB: (0.2, 0.0),
    LAMBDA: (0.17, 0.4),
    CLOUDWATCH: (0.3, 0.0),
    DYNAMODB: (0.17, 0.2),
    VPC: (0.14, 0.0),
}
OWNERS = {
    EC2: ("search", "web", "platform"),
    OTHER: ("platform", ""),
    RDS: ("web", "data"),
    S3: ("data", ""),
    LAMBDA: ("web", "search"),
    SAGEMAKER: ("ml",),
}
HOME = ("us-east-1", "eu-west-1", "ap-south-1", "us-west-2")
GROWTH = 1.018  # a month
TAX = Decimal("0.04")  # of what is spent, attributed to nothing
CENT = Decimal("0.01")
Charge = tuple[str, str, str, str]  # account, service, region, owner


def write_costs(path: Path, accounts: Mapping[str, tuple[str, int]], now: datetime) -> None:
    """Write what accounts (id -> name, weight) cost up to the day before `now`."""
    path.unlink(missing_ok=True)
    store = LocalCostStore(path, path.with_name("cost_requests.json"))
    today, taken = now.date(), iso(now.replace(hour=4, minute=15, second=0)) or ""
    bill = {day: _day(accounts, day) for day in _every_day(today)}
    months = months_before(month_of(today), MONTHS - 1)
    days = [day for day in bill if str(day) >= f"{month_before(month_of(today))}-01"]
    made = [
        _period(month, [bill[date.fromisoformat(day)] for day in days_of(month)], taken) for month in months
    ]
    store.keep([*made, *(_period(str(day), [bill[day]], taken) for day in days)])
    store.keep_outlook(_outlook(bill, accounts, today, taken))


def _every_day(today: date) -> Iterator[date]:
    day = first_day(months_before(month_of(today), MONTHS - 1)[0])
    while day < today:
        yield day
        day += DAY


def _day(accounts: Mapping[str, tuple[str, int]], day: date) -> dict[Charge, Decimal]:
    return {
        charge: Decimal(str(amount)).quantize(CENT)
        for id, (name, weight) in accounts.items()
        for charge, amount in _charges(id, name, weight, day)
    }


def _charges(id: str, name: str, weight: int, day: date) -> Iterator[tuple[Charge, float]]:
    months = (day.year - 2025) * 12 + day.month
    for service, (usual, weekend) in _services(name).items():
        random = Random(f"{id}/{service}/{day}")  # noqa: S311  believable, not secret
        amount = usual * weight * GROWTH**months * random.uniform(0.95, 1.05)
        amount *= (1 - weekend if day.weekday() >= 5 else 1) * _event(name, service, day)
        owners, regions = OWNERS.get(service, ("platform",)), HOME[: 2 + (weight > 15)]
        for number, owner in enumerate(owners):
            region = regions[number % len(regions)]
            share = 1 / len(owners)
            if amount * share >= 0.01:
                yield (id, service, region, owner), amount * share


def _services(name: str) -> dict[str, tuple[float, float]]:
    more = {SAGEMAKER: (4.7, 0.2)} if name == "ml-research" else {}
    less = (RDS, ELB) if name == "security" else ()
    return {service: each for service, each in {**SERVICES, **more}.items() if service not in less}


def _event(name: str, service: str, day: date) -> float:
    """What changed: a training run in July, an endpoint that was forgotten, instances that were stopped."""
    if (name, service) == ("ml-research", SAGEMAKER):
        return 2.6 if (day.year, day.month) == (2026, 7) else 2.4 if day >= date(2026, 11, 11) else 1.0
    if (name, service) == ("staging", EC2):
        return 0.6 if day >= date(2026, 11, 4) else 1.0
    if (name, service) == ("data", S3):
        return 1.5 if day >= date(2026, 10, 12) else 1.0
    if (name, service) == ("sandbox", DYNAMODB):
        return 5.0 if day >= date(2026, 11, 13) else 0.0
    return 1.0


def _period(period: str, days: list[dict[Charge, Decimal]], taken: str) -> PeriodCosts:
    cuts: dict[str, dict[Group, Decimal]] = {cut: defaultdict(Decimal) for cut in CUTS}
    for (account, service, region, owner), amount in ((c, a) for day in days for c, a in day.items()):
        cuts["services"][account, service] += amount
        cuts["regions"][account, region] += amount
        cuts["owners"][owner, service] += amount
    spent = sum(cuts["services"].values())
    total = spent + (spent * TAX).quantize(CENT)
    return PeriodCosts(period, "unblended", taken, total, cuts)


def _outlook(
    bill: Mapping[date, Mapping[Charge, Decimal]],
    accounts: Mapping[str, tuple[str, int]],
    today: date,
    taken: str,
) -> Outlook:
    last = [amount for back in range(1, 8) for amount in bill[today - back * DAY].values()]
    week = sum(last, Decimal())
    rest = [day for day in days_of(month_of(today)) if day >= str(today)]
    forecast = (week / 7 * len(rest) * (1 + TAX)).quantize(CENT)
    ids = {name: id for id, (name, _) in accounts.items()}
    found = (
        Anomaly(
            "a-1",
            "2026-11-11",
            "",
            ids["ml-research"],
            SAGEMAKER,
            "us-east-1",
            Decimal("963.50"),
            Decimal("688.00"),
        ),
        Anomaly(
            "a-2",
            "2026-10-12",
            "2026-10-15",
            ids["data"],
            S3,
            "us-east-1",
            Decimal("32.10"),
            Decimal("71.60"),
        ),
    )
    return Outlook(taken, str(today), forecast, found, {id: name for id, (name, _) in accounts.items()})
