"""What the demo estate costs: thirteen months, and the days that a collection asks for.

An account's service costs what its resources cost (`costs.resource_costs`, a month) x COVER, and what no
resource has a price for (USAGE) beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from random import Random

from services.costs.dates import DAY, days_between, days_of, first_day, month_before, month_of, months_before
from services.costs.local_store import LocalCostStore
from services.costs.plan import MONTHS, WEEKS
from services.models.domain.cost_names import TYPES
from services.models.domain.costs import CUTS, Anomaly, Group, Outlook, PeriodCosts
from services.models.kit.values import iso
from services.store.estate import Estate
from tooling.demo.whose import ACCOUNTS, DATA, ML, PLACES, SANDBOX, STAGING

COVER = (
    1.2  # a service's costs to those of its resources that have a price: data transfer, snapshots, requests
)
DAYS = 365 / 12  # of a month
EC2, RDS, S3 = (
    "Amazon Elastic Compute Cloud - Compute",
    "Amazon Relational Database Service",
    "Amazon Simple Storage Service",
)
LAMBDA, CLOUDWATCH = "AWS Lambda", "AmazonCloudWatch"
SAGEMAKER, DYNAMODB = "Amazon SageMaker", "Amazon DynamoDB"
# service -> its owners, and USD a day for each hundredth of the estate
USAGE: Mapping[str, tuple[tuple[str, ...], float]] = {
    RDS: (("web", "data"), 1.4),
    S3: (("data", ""), 0.7),
    LAMBDA: (("web", "search"), 0.17),
    CLOUDWATCH: (("platform",), 0.3),
    DYNAMODB: (("web",), 0.17),
}
TRAINING = 4.7  # USD a day for each hundredth, of ML alone
WEEKEND = {EC2: 0.1, LAMBDA: 0.4, DYNAMODB: 0.2, SAGEMAKER: 0.2}  # share that a weekend saves
SERVICE = {type: service for service, types in TYPES.items() for type in types}
GROWTH = 1.018  # a month
TAX = 4  # percent of what is spent, attributed to nothing
Charge = tuple[str, str, str, str]  # account, service, region, owner
Bill = Mapping[date, Mapping[Charge, int]]  # cents


def write_costs(store: LocalCostStore, estate: Estate, now: datetime) -> None:
    """Write what the estate's accounts cost up to the day before `now`."""
    store.path.unlink(missing_ok=True)
    today, nightly = now.date(), now.replace(hour=4, minute=15, second=0, microsecond=0)
    taken = iso(min(nightly, now)) or ""
    bill = _bill(monthly(estate), today)
    months = months_before(month_of(today), MONTHS - 1)
    first = min(first_day(month_before(month_of(today))), today - WEEKS * DAY)
    spans = {each: days_of(each) for each in months} | {
        each: (each,) for each in days_between(first, today - DAY)
    }
    store.keep(_period(period, days, bill, taken) for period, days in spans.items())
    store.keep_outlook(_outlook(bill, today, taken))


def monthly(estate: Estate) -> dict[Charge, float]:
    """USD a month as it is now, before anything happens."""
    found: dict[Charge, float] = defaultdict(float)
    for document in (each for documents in estate.resources.values() for each in documents):
        service, cost = SERVICE.get(document["type"]), float(document["cost"] or 0)
        if service and cost:
            found[document["account"], service, document["region"], document["owner"] or ""] += cost * COVER
    for account, regions in _homes().items():
        share = sum(PLACES[account, region] for region in regions)
        usage = {**USAGE, SAGEMAKER: (("ml",), TRAINING)} if account == ML else USAGE
        for service, (owners, a_day) in usage.items():
            for number, owner in enumerate(owners):
                region = regions[number % len(regions)]
                found[account, service, region, owner] += a_day * share * DAYS / len(owners)
    return dict(sorted(found.items()))


def _homes() -> dict[str, list[str]]:
    homes: dict[str, list[str]] = defaultdict(list)
    for account, region in PLACES:
        homes[account].append(region)
    return homes


def _bill(costs: Mapping[Charge, float], today: date) -> Bill:
    first = first_day(months_before(month_of(today), MONTHS - 1)[0])
    days = [today - back * DAY for back in range(1, (today - first).days + 1)]
    bill: dict[date, dict[Charge, int]] = {day: {} for day in reversed(days)}
    factors: dict[tuple[str, str], list[float]] = {}
    for charge, month in costs.items():
        account, service = charge[:2]
        factors.setdefault((account, service), [*_factors(account, service, days)])
        for day, factor in zip(days, factors[account, service], strict=True):
            cents = round(month / DAYS * factor * 100)
            if cents:
                bill[day][charge] = cents
    return bill


def _factors(account: str, service: str, days: Sequence[date]) -> Iterator[float]:
    """For each of these days, from yesterday back: how its costs are to those of an ordinary day now."""
    random = Random(f"{account}/{service}")  # noqa: S311  believable, not secret
    for back, day in zip(count(1), days):
        weekend = WEEKEND.get(service, 0.0) if day.weekday() >= 5 else 0.0
        usual = GROWTH ** (-back / DAYS) * random.uniform(0.95, 1.05) * (1 - weekend)
        yield usual * _event(account, service, back)


def _event(account: str, service: str, back: int) -> float:
    """What changed so many days ago: a training run, an endpoint that was forgotten, instances stopped."""
    if (account, service) == (ML, SAGEMAKER):
        return 2.6 if 112 <= back < 143 else 2.4 if back <= 9 else 1.0
    if (account, service) == (STAGING, EC2):
        return 1.0 if back <= 16 else 1.7
    if (account, service) == (DATA, S3):
        return 1.5 if back <= 39 else 1.0
    if (account, service) == (SANDBOX, DYNAMODB):
        return 5.0 if back <= 7 else 0.0
    return 1.0


def _period(period: str, days: Sequence[str], bill: Bill, taken: str) -> PeriodCosts:
    cuts: dict[str, dict[Group, int]] = {cut: defaultdict(int) for cut in CUTS}
    for (account, service, region, owner), amount in (
        each for day in days for each in bill[date.fromisoformat(day)].items()
    ):
        cuts["services"][account, service] += amount
        cuts["regions"][account, region] += amount
        cuts["owners"][owner, service] += amount
    spent = sum(cuts["services"].values())
    made = {cut: {group: _usd(cents) for group, cents in groups.items()} for cut, groups in cuts.items()}
    return PeriodCosts(period, "unblended", taken, _usd(spent + spent * TAX // 100), made)


def _usd(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _outlook(bill: Bill, today: date, taken: str) -> Outlook:
    week = sum(sum(bill[today - back * DAY].values()) for back in range(1, 8))
    rest = sum(day >= str(today) for day in days_of(month_of(today)))
    forecast = _usd(week * rest * (100 + TAX) // 700)
    found = (
        _anomaly("a-1", bill, ML, SAGEMAKER, today - 9 * DAY, today - DAY, lasting=True),
        _anomaly("a-2", bill, DATA, S3, today - 39 * DAY, today - 36 * DAY),
    )
    return Outlook(taken, str(today), forecast, found, dict(ACCOUNTS))


def _anomaly(
    id: str, bill: Bill, account: str, service: str, first: date, last: date, *, lasting: bool = False
) -> Anomaly:
    """What the days cost above those of the week before."""

    def spent(day: date) -> int:
        return sum(cents for charge, cents in bill[day].items() if charge[:2] == (account, service))

    days = (last - first).days + 1
    usual = sum(spent(first - back * DAY) for back in range(1, 8)) * days // 7
    impact = sum(spent(first + number * DAY) for number in range(days)) - usual
    region = next(region for owner, region in PLACES if owner == account)
    return Anomaly(
        id, str(first), "" if lasting else str(last), account, service, region, _usd(impact), _usd(usual)
    )
