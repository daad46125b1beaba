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
    last, limits = resource.last, facts.limits
    usual = max(resource.usual, resource.month_before or Decimal(0), Decimal(0))
    more = last - usual
    if not usual:
        if last > limits["new_usd"]:
            return Finding(f"new: ${last:,.0f} in the last 7 days, nothing before", *_saving(more))
        return None
    if more > limits["usd"] and more * 100 > usual * Decimal(limits["percent"]):
        than = "in a usual week" if usual == resource.usual else "in the same days of the month before"
        said = f"${last:,.0f} in the last 7 days, ${usual:,.0f} {than}: +{more / usual:.0%}"
        return Finding(said, *_saving(more))
    return None


def _saving(more: Decimal) -> tuple[Decimal, str]:
    return (more * MONTH).quantize(Decimal("0.01")), f"if it goes on: ${more:,.0f} a week × 52 / 12"


def _example(last: str, usual: str, before: str = "", saving: str = "") -> Example:
    month_before = Decimal(before) if before else None
    weeks = Weeks("412233445883", "Amazon SageMaker", Decimal(last), Decimal(usual), month_before)
    if not saving:
        return Example(spend(weeks))
    return Example(spend(weeks), saving=Decimal(saving), severity="high")


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
    source="More than a usual week and the same days of the month before; no tax, support or fees."
    " Vantage cost anomalies; Thrifty full_month_cost_changes",
    good=(
        _example("200", "100"),  # $100 more, and no cent above
        _example("1300", "1000"),  # 30 %, and none above
        _example("900", "100", "900"),  # a fee that comes on these days of each month
        _example("51", "0", "60"),  # what comes once a month is not new
        _example("1200", "1000"),  # little in percent
        _example("50", "0"),  # new, and small
        _example("-20", "-10"),  # credits
        _example("10", "1000"),
    ),
    bad=(
        _example("4320", "1987", saving="10109.67"),
        _example("50.01", "0", saving="216.71"),
        _example("200.01", "100", saving="433.38"),
        _example("1300.01", "1000", saving="1300.04"),
        _example("60", "-3", saving="260.00"),
        _example("900", "100", "300", saving="2600.00"),
    ),
)
