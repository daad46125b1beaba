"""LB-IDLE: a load balancer that balances nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, ago, example
from services.models.classicloadbalancer import ClassicLoadBalancer
from services.models.domain.finding import Finding, Verdict
from services.models.loadbalancer import LoadBalancer
from services.prices.balancers import CLASSIC, balancer_price

REQUESTS, FLOWS = "RequestCount.Sum", "NewFlowCount.Sum"
METRICS = {"network": FLOWS, "gateway": "ActiveFlowCount.Maximum"}  # the others count requests

Balancer = LoadBalancer | ClassicLoadBalancer


def check(balancer: Balancer, facts: Facts) -> Verdict:
    days, kind = facts.limits["days"], getattr(balancer, "kind", CLASSIC)
    if balancer.state not in ("active", "") or facts.days_since(balancer.created, "its age") < days:
        return None
    cost = balancer_price(facts.prices.rate, balancer.region, kind)
    saving, formula = facts.told(cost, after=", without its capacity units")
    if not _has_targets(balancer, kind, facts):
        return Finding("no targets are registered", saving, formula, confidence="certain")
    values = facts.activity if kind == CLASSIC else facts.every_day  # only classic ones are silent when idle
    most = max(values(balancer, METRICS.get(kind, REQUESTS), days))
    if most >= facts.limits["requests_a_day"]:
        return None
    return Finding(f"at most {most:.0f} a day in {days} days", saving, formula)


def _has_targets(balancer: Balancer, kind: str, facts: Facts) -> bool:
    """True where it can't be told: an application load balancer may answer or redirect by itself."""
    if kind == CLASSIC:
        return getattr(balancer, "targets", None) != 0
    if kind == "application":
        return True
    groups = facts.others("targetgroups", balancer.region).values()
    counts = [group.targets for group in groups if balancer.arn in group.load_balancers]
    return any(count is None or count > 0 for count in counts)


_ALB = example("loadbalancers", kind="application", state="active", created=ago(7))
_NLB = example("loadbalancers", kind="network", state="active", created=ago(60), arn="arn:nlb")
_GWLB = replace(_NLB, kind="gateway")
_CLASSIC = example("classicloadbalancers", created=ago(60), targets=1)
_FULL = example("targetgroups", targets=1, load_balancers=("arn:nlb",))
_EMPTY = example("targetgroups", targets=0, load_balancers=("arn:nlb",))
_QUIET, _BUSY = (99.0,) * 7, (3.0,) * 6 + (100.0,)

RULE = Rule(
    id="LB-IDLE",
    title="Load balancer has nothing to do",
    types=("loadbalancers", "classicloadbalancers"),
    severity="high",
    confidence="measured",
    check=check,
    limits={"days": 7, "requests_a_day": 100},
    looks_up=("targetgroups",),
    touches=(),
    metrics=(REQUESTS, *METRICS.values()),
    why="A load balancer is paid for by the hour, with or without requests.",
    fix="Point its DNS names elsewhere, then delete it with its target groups.",
    source="Trusted Advisor, Idle Load Balancers (100 requests a day, 7 days)",
    good=(
        Example(_ALB, daily={REQUESTS: _BUSY}),
        Example(_NLB, (_FULL,), daily={FLOWS: _BUSY}),
        Example(_GWLB, (_FULL,), daily={METRICS["gateway"]: _BUSY}),
        Example(_CLASSIC, daily={REQUESTS: _BUSY}),
        Example(replace(_ALB, created=ago(6.9))),
        Example(replace(_ALB, state="failed")),
    ),
    bad=(
        Example(
            _ALB, daily={REQUESTS: _QUIET}, saving=Decimal("16.43"), severity="high", confidence="measured"
        ),
        Example(_NLB, (_EMPTY,), saving=Decimal("16.79"), confidence="certain"),
        Example(_NLB, (_FULL,), daily={FLOWS: _QUIET}, saving=Decimal("16.79")),
        Example(_GWLB, (_EMPTY,), saving=Decimal("9.13")),
        Example(_GWLB, (_FULL,), daily={METRICS["gateway"]: _QUIET}, saving=Decimal("9.13")),
        Example(replace(_GWLB, kind="novel"), (_EMPTY,), saving=None),
        Example(replace(_CLASSIC, targets=0), saving=Decimal("18.25")),
        Example(_CLASSIC, asked=True, saving=Decimal("18.25")),
    ),
    unknown=(Example(_ALB), Example(_NLB, (_FULL,)), Example(_NLB), Example(_CLASSIC)),
)
