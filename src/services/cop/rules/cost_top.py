"""COST-TOP: what costs so much that somebody should know why."""

from __future__ import annotations

from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, example
from services.models.domain.finding import EVERY_TYPE, TAGS_UNKNOWN, Finding, Unknown, Verdict
from services.models.kit.base import Resource


def check(resource: Resource, facts: Facts) -> Verdict:
    cost, limits = resource.cost, facts.limits
    if cost is None:  # unknown costs are a report of their own, not forty thousand findings
        return None
    if cost > limits["usd"]:
        return Finding(f"costs ${cost:,.0f} a month")
    if cost > limits["ownerless_usd"] and not resource.tags_known:
        return Unknown(TAGS_UNKNOWN)
    if cost > limits["ownerless_usd"] and not resource.owner:
        return Finding(f"costs ${cost:,.0f} a month and has no owner")
    return None


RULE = Rule(
    id="COST-TOP",
    title="Resource costs a lot",
    types=EVERY_TYPE,
    severity="info",
    confidence="certain",
    check=check,
    limits={"usd": 1000, "ownerless_usd": 250},
    why="A few resources make most of a bill; the ones without an owner are nobody's problem.",
    fix="Look whether it is worth it: a smaller one, a reservation, an end.",
    source="OptScale, most expensive resources",
    good=(
        Example(example("instances", cost=Decimal(250), owner=None)),
        Example(example("instances", cost=Decimal(1000), owner="search")),
        Example(example("instances", cost=None)),
        Example(example("functions", cost=Decimal(250), owner=None, tags={}, denied=("tag:GetResources",))),
    ),
    bad=(
        Example(
            example("instances", cost=Decimal("1000.01"), owner="search"), severity="info", says="$1,000 a"
        ),
        Example(example("instances", cost=Decimal("250.01"), owner=None), severity="info"),
    ),
    unknown=(
        Example(
            example("functions", cost=Decimal("250.01"), owner=None, tags={}, denied=("tag:GetResources",))
        ),
    ),
)
