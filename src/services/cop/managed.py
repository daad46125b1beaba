"""Which instances a service of AWS looks after, and what to tell instead of each of them."""

from __future__ import annotations

from services.models.base import Resource
from services.models.scope import Key

GROUP = "aws:autoscaling:groupName"  # also on the nodes of EKS node groups
BY_OTHERS = ("aws:elasticmapreduce:job-flow-id", "AWSBatchServiceTag", "aws:ec2:fleet-id")


def group_of(instance: Resource) -> Key | None:
    """The Auto Scaling group that the instance belongs to; None for one on its own."""
    name = instance.tags.get(GROUP)
    return Key("autoscalinggroups", instance.account, instance.region, name) if name else None


def is_managed(instance: Resource) -> bool:
    """Whether EMR, Batch or a fleet starts and ends it: its own age and load say nothing."""
    return any(key in instance.tags for key in BY_OTHERS)
