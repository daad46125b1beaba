"""Mutes that ship with Polo: what AWS's own landing zone makes, and nobody may change.

As Prowler ships a list for AWS Control Tower; names from docs.aws.amazon.com/controltower.
"""

from __future__ import annotations

from services.models.domain.finding import NEVER, Mute

SINCE = "2026-11-01T00:00:00Z"
PATTERNS = {
    "aws-controltower-*": "Control Tower's own",
    "AWSControlTower*": "Control Tower's own",
    "StackSet-AWSControlTower*": "Control Tower's stack sets",
    "StackSet-*": "made by a stack set: change it there",
    "aws-cloudtrail-logs-*": "CloudTrail's own bucket",
    "/aws/cloudtrail*": "CloudTrail's own logs",
}

DEFAULT_MUTES = tuple(
    Mute(f"default-{number}", reason, "Polo", SINCE, NEVER, name=pattern)
    for number, (pattern, reason) in enumerate(PATTERNS.items(), 1)
)
