"""EBS-UNATTACHED: a volume that nothing has used for days costs as much as one in use.

AWS tells when a volume was made, and never when it was detached: that is only what Polo has seen itself.
"""

from __future__ import annotations

from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, ago, example
from services.models.domain.finding import Finding, Verdict
from services.models.volume import Volume


def check(volume: Volume, facts: Facts) -> Verdict:
    if volume.state != "available":
        return None
    days = facts.days_since(volume.state_since or volume.created, "since when it is unattached")
    if days < facts.limits["days"]:
        return None
    saving = facts.told(facts.prices.volume(volume))
    if volume.state_since:
        return Finding(f"unattached for {days:.0f} days", *saving)
    message = f"unattached, since when is not known; made {days:.0f} days ago"
    return Finding(message, *saving, confidence="hint")


def _volume(**changes: object) -> Volume:
    usual = {"state": "available", "state_since": ago(7), "volume_type": "gp2", "size": 100, "iops": 300}
    volume: Volume = example("volumes", **usual | changes)
    return volume


RULE = Rule(
    id="EBS-UNATTACHED",
    title="Volume is attached to nothing",
    types=("volumes",),
    severity="high",
    confidence="certain",
    check=check,
    limits={"days": 7},
    why="A volume is paid for by its size, whether anything uses it or not.",
    fix="Take a snapshot if its content may be needed, then delete the volume.",
    source="Steampipe AWS Thrifty; Cloud Custodian's example waits 30 days before it deletes",
    good=(
        Example(_volume(state="in-use", state_since=ago(60))),
        Example(_volume(state_since=ago(6.9))),
    ),
    bad=(
        Example(_volume(), saving=Decimal("10.00"), severity="high", confidence="certain"),
        Example(_volume(region="eu-west-1"), saving=Decimal("11.00")),
        Example(_volume(state_since=None, created=ago(60)), saving=Decimal("10.00"), confidence="hint"),
        Example(_volume(volume_type="io2", size=500, iops=64_000), saving=Decimal("3598.50")),
        Example(_volume(volume_type="io2", size=500, iops=None), saving=None),
        Example(_volume(size=None), saving=None),
    ),
    unknown=(Example(_volume(state_since=None, created=None)),),
)
