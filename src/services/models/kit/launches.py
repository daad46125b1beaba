"""What launch templates and launch configurations name: images, and snapshots in their block devices.

Of templates the latest and the default version count, and those that Auto Scaling groups are pinned to. All
of them hold user data, in which there are secrets: nothing of it is handed on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from services.models.kit.base import MANAGED, Call
from services.models.kit.questions import Questions
from services.models.kit.values import Item, at, each, is_item, text

MOVING = ("$Latest", "$Default")
GONE = ("InvalidLaunchTemplateId.NotFound", "InvalidLaunchTemplateId.VersionNotFound")
NO_VERSIONS: Item = {"LaunchTemplateVersions": []}
TEMPLATES = Call(
    "ec2",
    "describe_launch_template_versions",
    "LaunchTemplateVersions[]",
    {"Versions": [*MOVING], **MANAGED},
    page_size=200,
)
CONFIGURATIONS = Call(
    "autoscaling", "describe_launch_configurations", "LaunchConfigurations[]", page_size=100
)
GROUPS = Call("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups[]", MANAGED, page_size=100)
ACTIONS = (
    "ec2:DescribeLaunchTemplateVersions",
    "autoscaling:DescribeLaunchConfigurations",
    "autoscaling:DescribeAutoScalingGroups",
)


class Launches(NamedTuple):
    """Each image and each snapshot once for each template or configuration that names it."""

    images: tuple[str, ...]
    snapshots: tuple[str, ...]


def launches(questions: Questions) -> Launches | None:
    """What those of the region name, from three lists; None: unknown."""
    versions, groups = questions.listed(TEMPLATES), questions.listed(GROUPS)
    configurations = questions.listed(CONFIGURATIONS)
    if versions is None or groups is None or configurations is None:
        return None
    for template, numbers in _pinned(groups).items():
        answer = questions.call(
            "ec2", TEMPLATES.operation, none=GONE, otherwise=NO_VERSIONS, LaunchTemplateId=template,
            Versions=sorted(numbers), IncludeManagedResources=True,
        )  # fmt: skip
        if answer is None:
            return None
        versions += each(answer, "LaunchTemplateVersions")
    named = [(text(one, "LaunchTemplateId"), at(one, "LaunchTemplateData") or {}) for one in versions]
    named += [(text(one, "LaunchConfigurationName"), one) for one in configurations]
    return Launches(
        _once((who, text(data, "ImageId")) for who, data in named),
        _once((who, snapshot) for who, data in named for snapshot in _snapshots(data)),
    )


def _once(named: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(what for _, what in dict.fromkeys(named) if what)


def _snapshots(data: Item) -> list[str]:
    return [text(device, "Ebs", "SnapshotId") for device in each(data, "BlockDeviceMappings")]


def _pinned(groups: list[Any]) -> dict[str, set[str]]:
    """Launch template -> its versions that groups are pinned to: neither the latest nor the default."""
    found: dict[str, set[str]] = defaultdict(set)
    for group in filter(is_item, groups):
        mixed = at(group, "MixedInstancesPolicy", "LaunchTemplate") or {}
        overrides = (at(one, "LaunchTemplateSpecification") for one in each(mixed, "Overrides"))
        for used in (group.get("LaunchTemplate"), at(mixed, "LaunchTemplateSpecification"), *overrides):
            version = text(used or {}, "Version")
            if version and version not in MOVING:
                found[text(used or {}, "LaunchTemplateId")].add(version)
    return found
