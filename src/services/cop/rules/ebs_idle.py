"""EBS-IDLE: a volume that is attached, and that nothing reads or writes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, ago, example
from services.models.domain.finding import Finding, Verdict
from services.models.volume import Volume

READS, WRITES = "VolumeReadOps.Sum", "VolumeWriteOps.Sum"


def check(volume: Volume, facts: Facts) -> Verdict:
    days = facts.limits["days"]
    if volume.state != "in-use" or facts.days_since(volume.created, "its age") < days:
        return None
    reads, writes = facts.every_day(volume, READS, days), facts.every_day(volume, WRITES, days)
    most = max(read + written for read, written in zip(reads, writes, strict=True))
    if most >= facts.limits["operations_a_day"]:
        return None
    return Finding(f"no reads and writes in {days} days", *facts.told(facts.prices.volume(volume)))


_OLD = example("volumes", state="in-use", created=ago(7), volume_type="gp3", size=100, iops=3000)
_NONE, _SOME = (0.0,) * 7, (0.0,) * 6 + (40.0,)

RULE = Rule(
    id="EBS-IDLE",
    title="Volume is attached, but nothing uses it",
    types=("volumes",),
    severity="medium",
    confidence="measured",
    check=check,
    limits={"days": 7, "operations_a_day": 1},
    metrics=(READS, WRITES),
    why="A volume is paid for by its size. Nothing that runs leaves its disk alone for a week.",
    fix="Take a snapshot, detach it and wait; then delete it.",
    source="Trusted Advisor, Underutilized Amazon EBS Volumes (under 1 operation a day for 7 days)",
    good=(
        Example(_OLD, daily={READS: _NONE, WRITES: _SOME}),
        Example(_OLD, daily={READS: _NONE, WRITES: (*_NONE[1:], 1.0)}),
        Example(replace(_OLD, created=ago(6.9)), daily={READS: _NONE, WRITES: _NONE}),
        Example(example("volumes", state="available", created=ago(60))),
    ),
    bad=(
        Example(_OLD, daily={READS: _NONE, WRITES: _NONE}, saving=Decimal("8.00"), severity="medium"),
        Example(_OLD, daily={READS: _NONE, WRITES: (*_NONE[1:], 0.9)}, saving=Decimal("8.00")),
        Example(replace(_OLD, volume_type="gp9"), daily={READS: _NONE, WRITES: _NONE}, saving=None),
    ),
    unknown=(
        Example(_OLD),  # its instance is stopped: there are no data points, which is not idleness
        Example(_OLD, daily={READS: _NONE, WRITES: (None, *_NONE[1:])}),
    ),
)
