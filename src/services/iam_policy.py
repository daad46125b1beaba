"""The IAM policy that a sync needs: derived from the resource types, so that it can't fall behind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.models.base import ResourceType

ALWAYS = ("ec2:DescribeRegions", "sts:GetCallerIdentity")


def policy(types: Iterable[ResourceType]) -> dict[str, Any]:
    """A read-only policy document with exactly the actions of these types, and of finding out the regions."""
    actions = {action for kind in types for action in kind.actions}
    statement = {
        "Sid": "PoloReadOnly",
        "Effect": "Allow",
        "Action": sorted(actions.union(ALWAYS)),
        "Resource": "*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
