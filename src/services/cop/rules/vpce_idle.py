"""VPCE-IDLE: an interface endpoint that nothing goes through."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, ago, example
from services.models.domain.finding import Finding, Verdict
from services.models.vpcendpoint import VpcEndpoint
from services.prices.formula import count, hours, price

BYTES = "BytesProcessed.Sum"


def check(endpoint: VpcEndpoint, facts: Facts) -> Verdict:
    days = facts.limits["days"]
    if endpoint.kind != "Interface" or endpoint.state != "available":
        return None
    if facts.days_since(endpoint.created, "its age") < days:
        return None
    if any(facts.activity(endpoint, BYTES, days)):
        return None
    zones = endpoint.zones
    rate = facts.prices.rate("vpce.interface.hour", endpoint.region)
    cost = price(rate, hours(), count(zones, "zone" if zones == 1 else "zones")) if zones else None
    return Finding(f"nothing went through it in {days} days", *facts.told(cost))


_OLD = example("vpcendpoints", kind="Interface", state="available", created=ago(30), zones=3)
_NONE, _SOME = (0.0,) * 30, (0.0,) * 29 + (4096.0,)

RULE = Rule(
    id="VPCE-IDLE",
    title="Interface endpoint is not used",
    types=("vpcendpoints",),
    severity="low",
    confidence="measured",
    check=check,
    limits={"days": 30},
    metrics=(BYTES,),
    why="An interface endpoint costs by the hour in each zone; gateway endpoints cost nothing.",
    fix="Delete it; what needs the service then goes through the NAT gateway, if it ever does.",
    source="Trusted Advisor, Inactive VPC interface endpoints (30 days)",
    good=(
        Example(_OLD, daily={BYTES: _SOME}),
        Example(replace(_OLD, kind="Gateway")),
        Example(replace(_OLD, created=ago(29.9))),
    ),
    bad=(
        Example(_OLD, daily={BYTES: _NONE}, saving=Decimal("21.90"), severity="low"),
        Example(_OLD, asked=True, saving=Decimal("21.90")),
        Example(replace(_OLD, zones=1), asked=True, saving=Decimal("7.30")),
        Example(replace(_OLD, zones=None), asked=True, saving=None),
    ),
    unknown=(Example(_OLD), Example(_OLD, daily={BYTES: _NONE[:20]})),
)
