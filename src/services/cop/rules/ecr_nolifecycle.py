"""ECR-NOLIFECYCLE: a repository that keeps every image it was ever given."""

from __future__ import annotations

from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, ago, example
from services.models.domain.finding import Finding, Unknown, Verdict
from services.models.repository import Repository
from services.prices import GIB
from services.prices.storage import stored_price


def check(repository: Repository, facts: Facts) -> Verdict:
    if repository.by_month is None:
        return Unknown("its images are not told")
    stale = Decimal(_not_pulled(repository.by_month, facts)) / GIB
    if stale > facts.limits["gib"]:
        cost = stored_price(facts.prices.rate, repository.region, "ecr.gb_month", stale * GIB)
        saving = facts.told(cost, after=", less what images share")
        message = f"{stale:.1f} GiB were not pulled in {facts.limits['days']} days"
        return Finding(message, *saving, confidence="hint")
    if repository.lifecycle is None:
        return Unknown("whether it has a lifecycle policy is not told")
    return None if repository.lifecycle else Finding("no lifecycle policy")


def _not_pulled(by_month: tuple[str, ...], facts: Facts) -> int:
    """Bytes of images whose month of the last pull ended before the limit."""
    months = (line.partition(" ") for line in by_month)
    ended = ((f"{month}-28T00:00:00+00:00", size) for month, _, size in months if month != "unknown")
    limit = facts.limits["days"]
    return sum(int(size) for month, size in ended if facts.days_since(month, "its last pull") > limit)


def _repository(**changes: object) -> Repository:
    usual = {"lifecycle": True, "by_month": (f"{ago(0)[:7]} {90 * GIB}",)}
    repository: Repository = example("repositories", **usual | changes)
    return repository


_STALE = (f"{ago(300)[:7]} {40 * GIB}",)
_OF_JULY, _OF_AUGUST = (f"2026-07 {11 * GIB}",), (f"2026-08 {11 * GIB}",)  # 115 days and 84

_OF_TEN, _MORE = (f"{ago(300)[:7]} {10 * GIB}",), (f"{ago(300)[:7]} {11 * GIB}",)

RULE = Rule(
    id="ECR-NOLIFECYCLE",
    title="Repository keeps old images",
    types=("repositories",),
    severity="low",
    confidence="certain",
    check=check,
    limits={"days": 90, "gib": 10},
    why="Each build adds an image; nobody runs last year's.",
    fix="A lifecycle policy that expires untagged images, and all but the last thirty.",
    source="Steampipe AWS Thrifty (90 days); Prowler ecr_repositories_lifecycle_policy_enabled",
    good=(
        Example(_repository()),
        Example(_repository(by_month=_OF_TEN)),
        Example(_repository(by_month=_OF_AUGUST)),
    ),
    bad=(
        Example(_repository(lifecycle=False), saving=None, severity="low", confidence="certain"),
        Example(_repository(by_month=_STALE), saving=Decimal("4.00")),
        Example(_repository(by_month=_MORE), saving=Decimal("1.10"), confidence="hint"),
        Example(_repository(by_month=_OF_JULY), saving=Decimal("1.10")),
        Example(_repository(lifecycle=False, by_month=_OF_TEN), saving=None),
    ),
    unknown=(Example(_repository(lifecycle=None)), Example(_repository(by_month=None, lifecycle=False))),
)
