"""NAT-IDLE: a NAT gateway costs by the hour, whether anything goes through it or not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, ago, example
from services.models.domain.finding import Confidence, Finding, Verdict
from services.models.kit.scope import Key
from services.models.natgateway import NatGateway
from services.prices.nat import nat_price

OUT, BACK = "BytesOutToDestination.Sum", "BytesOutToSource.Sum"


def check(gateway: NatGateway, facts: Facts) -> Verdict:
    if gateway.state != "available" or facts.days_since(gateway.created, "its age") < facts.limits["days"]:
        return None
    if gateway.routes == 0:
        return _finding("no route leads to it", gateway, facts, certain=True)
    days = facts.limits["days"]
    out, back = facts.every_day(gateway, OUT, days), facts.every_day(gateway, BACK, days)
    most = max(one + other for one, other in zip(out, back, strict=True))
    if most >= facts.limits["bytes_a_day"]:
        return None
    return _finding(f"at most {most:,.0f} bytes a day in {days} days", gateway, facts, certain=False)


def _finding(message: str, gateway: NatGateway, facts: Facts, *, certain: bool) -> Finding:
    """The saving is with the addresses that nothing else needs then."""
    saving = facts.told(nat_price(facts.prices.rate, gateway, addresses=True))
    confidence: Confidence = "certain" if certain else "measured"
    return Finding(message, *saving, confidence=confidence, covers=_addresses(gateway))


def _addresses(gateway: NatGateway) -> tuple[Key, ...]:
    return tuple(Key("addresses", gateway.account, gateway.region, id) for id in gateway.allocations)


_USUAL = {"state": "available", "created": ago(14), "routes": 1, "connectivity": "public"}
_OLD = example("natgateways", **_USUAL, allocations=("eipalloc-1",))
_UNROUTED = replace(_OLD, routes=0)
_IDLE, _BUSY = (499_999.0,) * 14, (0.0,) * 13 + (500_001.0,)

RULE = Rule(
    id="NAT-IDLE",
    title="NAT gateway moves next to nothing",
    types=("natgateways",),
    severity="high",
    confidence="measured",
    check=check,
    limits={"days": 14, "bytes_a_day": 1_000_000},
    metrics=(OUT, BACK),
    touches=("addresses",),
    why="A NAT gateway is paid for by the hour. One that nothing uses still shows a few kilobytes a day.",
    fix="Remove the routes that lead to it, then delete it and release its address.",
    source="Trusted Advisor; under 1 MB a day instead of none, since idle ones show some 8 KB a day",
    good=(
        Example(_OLD, daily={OUT: _BUSY, BACK: _IDLE}),
        Example(replace(_UNROUTED, created=ago(13.9))),
        Example(replace(_UNROUTED, state="deleted")),
    ),
    bad=(
        Example(
            _OLD,
            daily={OUT: _IDLE, BACK: _IDLE},
            saving=Decimal("36.50"),
            severity="high",
            confidence="measured",
        ),
        Example(_UNROUTED, saving=Decimal("36.50"), confidence="certain"),
        Example(replace(_UNROUTED, connectivity="private", allocations=()), saving=Decimal("32.85")),
        Example(
            replace(_UNROUTED, allocations=("eipalloc-1", "eipalloc-2", "eipalloc-3")),
            saving=Decimal("43.80"),
        ),
        Example(
            replace(_UNROUTED, zones=2, allocations=("eipalloc-1", "eipalloc-2")), saving=Decimal("73.00")
        ),
        Example(replace(_UNROUTED, zones=None), saving=None),
    ),
    unknown=(
        Example(_OLD),
        Example(_OLD, daily={OUT: _IDLE, BACK: (None, *_IDLE[1:])}),
    ),
)
