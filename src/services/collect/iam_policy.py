"""The IAM policy that a sync needs: derived from the resource types, so that it can't fall behind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.collect import metrics
from services.models.kit.base import ResourceType

REGIONS = "ec2:DescribeRegions"
ALWAYS = (REGIONS, "sts:GetCallerIdentity")
ORGANIZATION = ("organizations:ListAccounts",)


def actions(types: Iterable[ResourceType]) -> tuple[str, ...]:
    """The IAM actions that collecting these types and their metrics takes in an account, sorted."""
    kinds = tuple(types)
    needed = {action for kind in kinds for action in kind.actions}
    needed |= {metrics.ACTION} if any(kind.metrics for kind in kinds) else set()
    return tuple(sorted(needed.union(ALWAYS)))


def policy(types: Iterable[ResourceType], *, organization: bool = False) -> dict[str, Any]:
    """A read-only policy document with exactly the actions of these types, and of finding out the regions.

    organization: the accounts are those of AWS Organizations, and these credentials ask for them.
    """
    needed = {*actions(types), *(ORGANIZATION if organization else ())}
    statement = {"Sid": "PoloReadOnly", "Effect": "Allow", "Action": sorted(needed), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}
