"""COST-JUMP: an account pays much more for a service than it used to.

What is paid more is money to look at, not a saving: it is what resources cost of which other rules may know
a saving, and nobody knows yet how much of it could go.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule
from services.cop.judge.spend import Spend, spend
from services.models.domain.costs import SPEND, Weeks
from services.models.domain.finding import Finding, Verdict

MONTH = Decimal(52) / 12  # weeks
ACCOUNT = "412233445883"


def check(resource: Spend, facts: Facts) -> Verdict:
    last, limits = resource.last, facts.limits
    usual = max(resource.usual, resource.month_before or Decimal(0), Decimal(0))
    more = last - usual
    if not usual:
        if last > limits["new_usd"]:
            return Finding(f"new: ${last:,.0f} in the last 7 days, nothing before; {_if_it_goes_on(more)}")
        return None
    if more > limits["usd"] and more * 100 > usual * Decimal(limits["percent"]):
        than = "in a usual week" if usual == resource.usual else "in the same days of the month before"
        said = f"${last:,.0f} in the last 7 days, ${usual:,.0f} {than}: +{more / usual:.0%}"
        return Finding(f"{said}; {_if_it_goes_on(more)}")
    return None


def _if_it_goes_on(more: Decimal) -> str:
    """more: USD a week."""
    return f"${more * MONTH:,.0f} more a month if it goes on"


def _example(last: str, usual: str, before: str = "") -> Example:
    month_before = Decimal(before) if before else None
    return Example(spend(Weeks(ACCOUNT, "Amazon SageMaker", Decimal(last), Decimal(usual), month_before)))


def _jump(last: str, usual: str, before: str = "", says: str = "") -> Example:
    return replace(_example(last, usual, before), saving=None, severity="high", says=says)


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
        _jump("4320", "1987", "", "$1,987 in a usual week: +117%; $10,110 more a month if it goes on"),
        _jump("50.01", "0", "", "$50 in the last 7 days, nothing before; $217 more a month"),
        _jump("200.01", "100"),
        _jump("1300.01", "1000"),
        _jump("60", "-3"),
        _jump("900", "100", "300", "$300 in the same days of the month before: +200%; $2,600 more a month"),
    ),
)
