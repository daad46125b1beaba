"""EIP-UNUSED: public addresses cost by the hour, above all those that nothing uses."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, ago, example
from services.models.address import Address
from services.models.domain.finding import Finding, Verdict
from services.prices.formula import hours, price

AMAZON = "amazon"  # any other pool is the account's own: its addresses cost nothing


def check(address: Address, facts: Facts) -> Verdict:
    if address.pool not in ("", AMAZON):
        return None
    why = _unused(address, facts)
    if why is None or facts.days_since(address.state_since, "since when it is unused") < facts.limits["days"]:
        return None
    return Finding(why, *facts.told(price(facts.prices.rate("ipv4.idle.hour", address.region), hours())))


def _unused(address: Address, facts: Facts) -> str | None:
    """Why it is of no use; None when it is, as those of NAT gateways and load balancers are."""
    if address.state == "unused":
        return "associated with nothing"
    if not address.instance:
        return None
    instance = facts.others("instances", address.region).get(address.instance)
    stopped = instance is not None and instance.state == "stopped"
    return f"its instance {address.instance} is stopped" if stopped else None


_FREE = example("addresses", state="unused", instance="", state_since=ago(7))
_HELD = example("addresses", state="in-use", instance="i-1", state_since=ago(30))
_NAT = example("addresses", state="in-use", instance="", interface="eni-1", state_since=ago(30))

RULE = Rule(
    id="EIP-UNUSED",
    title="Public address is not used",
    types=("addresses",),
    severity="medium",
    confidence="certain",
    check=check,
    limits={"days": 7},
    looks_up=("instances",),
    touches=(),
    why="Every public IPv4 address costs by the hour, used or not.",
    fix="Release it; take another one when it is needed.",
    source="Trusted Advisor; Steampipe AWS Thrifty; AWS, public IPv4 address charge",
    good=(
        Example(_NAT),
        Example(_HELD, (example("instances", id="i-1", state="running"),)),
        Example(replace(_FREE, state_since=ago(6.9))),
        Example(replace(_FREE, pool="ipv4pool-ec2-1")),
    ),
    bad=(
        Example(_FREE, saving=Decimal("3.65"), severity="medium"),
        Example(_HELD, (example("instances", id="i-1", state="stopped"),), saving=Decimal("3.65")),
        Example(replace(_FREE, region="cn-north-1"), saving=None),
    ),
    unknown=(
        Example(example("addresses", state="unused", instance="", state_since=None)),
        Example(_HELD),  # instances not collected
    ),
)
