"""EBS-UNATTACHED: a volume that nothing has used for days costs as much as one in use.

AWS tells when a volume was made, and never when it was detached: that is only what Polo has seen itself.
"""

from __future__ import annotations

from services.cop.facts import Facts
from services.cop.rule import Example, Rule, ago, example
from services.models.finding import Finding, Verdict
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
        Example(example("volumes", state="in-use", state_since=ago(60))),
        Example(example("volumes", state="available", state_since=ago(1))),
    ),
    bad=(
        Example(example("volumes", state="available", state_since=ago(60))),
        Example(example("volumes", state="available", state_since=None, created=ago(60))),
    ),
    unknown=(Example(example("volumes", state="available", state_since=None, created=None)),),
)
