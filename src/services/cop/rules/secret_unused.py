"""SECRET-UNUSED: a secret that nothing reads."""

from __future__ import annotations

from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, ago, example
from services.models.domain.finding import Finding, Verdict
from services.models.secret import Secret
from services.prices.formula import count, price


def check(secret: Secret, facts: Facts) -> Verdict:
    limit = facts.limits["days"]
    if secret.made_by or secret.state == "deleting" or facts.days_since(secret.created, "its age") <= limit:
        return None
    saving = facts.told(price(facts.prices.rate("secret.month", secret.region), count(1, "secret")))
    if not secret.last_used:
        return Finding("never read", *saving)
    days = facts.days_since(secret.last_used, "its last use")
    if days <= limit:
        return None
    return Finding(f"last read {days:.0f} days ago", *saving)


def _secret(**changes: object) -> Secret:
    secret: Secret = example("secrets", **{"made_by": "", "created": ago(200), "last_used": None} | changes)
    return secret


RULE = Rule(
    id="SECRET-UNUSED",
    title="Secret is not used",
    types=("secrets",),
    severity="low",
    confidence="certain",
    check=check,
    limits={"days": 90},
    why="A secret that nobody needs can only be stolen, and is paid for each month.",
    fix="Schedule its deletion with 30 days to change one's mind.",
    source="Prowler secretsmanager_secret_unused; Steampipe AWS Thrifty (90 days)",
    good=(
        Example(_secret(last_used=ago(90))),
        Example(_secret(created=ago(90))),
        Example(_secret(made_by="rds")),
        Example(_secret(state="deleting")),
    ),
    bad=(
        Example(_secret(created=ago(90.1)), saving=Decimal("0.40"), severity="low"),
        Example(_secret(last_used=ago(90.1)), saving=Decimal("0.40")),
        Example(_secret(region="cn-north-1"), saving=None),
    ),
    unknown=(Example(_secret(created=None)),),
)
