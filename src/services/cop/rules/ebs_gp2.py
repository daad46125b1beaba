"""EBS-GP2: gp3 does the same for less."""

from __future__ import annotations

from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, example
from services.models.domain.finding import Finding, Unknown, Verdict
from services.models.volume import Volume
from services.prices.ebs import gp3_price, size_price

IOPS_A_GIB, MOST_IOPS = 3, 16_000
# GiB from which on gp2 has 250 MiB/s, whatever its credits; gp3 comes with 125
FAST_FROM, FAST = 334, 250


def check(volume: Volume, facts: Facts) -> Verdict:
    if volume.volume_type != "gp2":
        return None
    if volume.size is None:
        return Unknown("the size is unknown")
    rate, region, size = facts.prices.rate, volume.region, volume.size
    now = size_price(rate, region, "gp2", size)
    iops, throughput = min(size * IOPS_A_GIB, MOST_IOPS), FAST if size >= FAST_FROM else None
    then = gp3_price(rate, region, size, iops, throughput)
    message = f"{size} GiB of gp2"
    if now is None or then is None:
        return Finding(message)
    saving, formula = facts.told(now - then)
    return Finding(message, saving, formula) if saving else None


def _gp2(size: int | None, **changes: object) -> Volume:
    volume: Volume = example("volumes", volume_type="gp2", size=size, **changes)
    return volume


RULE = Rule(
    id="EBS-GP2",
    title="Volume is gp2 where gp3 is cheaper",
    types=("volumes",),
    severity="low",
    confidence="certain",
    check=check,
    why="gp3 costs a fifth less a GiB than gp2, and its 3,000 IOPS do not depend on the size.",
    fix="Modify the volume to gp3; it stays attached and in use meanwhile.",
    source="AWS, EBS volume types (gp2: 3 IOPS a GiB, 250 MiB/s from 334 GiB on); Steampipe AWS Thrifty",
    good=(
        Example(example("volumes", volume_type="gp3", size=500)),
        Example(example("volumes", volume_type="st1", size=500)),
    ),
    bad=(
        Example(_gp2(100), saving=Decimal("2.00"), severity="low"),
        Example(_gp2(100, region="eu-west-1"), saving=Decimal("2.20")),
        Example(_gp2(100, region="cn-north-1"), saving=None),
        Example(_gp2(333), saving=Decimal("6.66")),
        Example(_gp2(334), saving=Decimal("1.68")),  # 250 MiB/s
        Example(_gp2(1000), saving=Decimal("15.00")),
        Example(_gp2(1001), saving=Decimal("15.01")),  # 3,003 IOPS
        Example(_gp2(5333), saving=Decimal("36.67")),
        Example(_gp2(5334), saving=Decimal("36.68")),  # gp2 has 16,000 at most
        Example(_gp2(5334, region="eu-west-1"), saving=Decimal("47.35")),
        Example(_gp2(6000), saving=Decimal("50.00")),
    ),
    unknown=(Example(_gp2(None)),),
)
