"""COST-JUMP: an account pays much more for a service than it used to."""

from __future__ import annotations

from decimal import Decimal

from services.cop.facts import Facts
from services.cop.rule import Example, Rule
from services.cop.spend import Spend, spend
from services.models.costs import SPEND, Weeks
from services.models.finding import Finding, Verdict

MONTH = Decimal(52) / 12  # weeks


def check(resource: Spend, facts: Facts) -> Verdict:
    last, usual, limits = resource.last, max(resource.usual, Decimal(0)), facts.limits
    more = last - usual
    if not usual:
        if last > limits["new_usd"]:
            return Finding(f"new: ${last:,.0f} in the last 7 days, nothing in the 28 before", *_saving(more))
        return None
    if more > limits["usd"] and more * 100 > usual * limits["percent"]:
        said = f"${last:,.0f} in the last 7 days, ${usual:,.0f} in a usual week: +{more / usual:.0%}"
        return Finding(said, *_saving(more))
    return None


def _saving(more: Decimal) -> tuple[Decimal, str]:
    return (more * MONTH).quantize(Decimal("0.01")), f"if it goes on: ${more:,.0f} a week × 52 / 12"


def _example(last: str, usual: str) -> Example:
    return Example(spend(Weeks("412233445883", "Amazon SageMaker", Decimal(last), Decimal(usual))))


RULE = Rule(
    id="COST-JUMP",
    title="Cost has jumped",
    types=(SPEND,),
    severity="high",
    confidence="hint",
    check=check,
    limits={"percent": 30, "usd": 100, "new_usd": 50},
    why="A forgotten endpoint, a loop or a wrong size shows in a week's bill long before the month's end.",
    fix="Look at its days and at what appeared since; stop it, or mute the finding with the reason.",
    source="Vantage cost anomalies; Thrifty full_month_cost_changes",
    good=(
        _example("120", "100"),  # little in USD
        _example("1200", "1000"),  # little in percent
        _example("50", "0"),  # new, and small
        _example("-20", "-10"),  # credits
        _example("10", "1000"),
    ),
    bad=(_example("4320", "1987"), _example("50.01", "0"), _example("230.01", "100"), _example("60", "-3")),
)
