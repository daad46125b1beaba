"""What launch templates name: images, at a pinned version and through a parameter too, and snapshots."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from errors import CollectError
from services.models.image import with_templates
from services.models.kit.questions import Questions
from services.models.kit.scope import Scope
from services.models.snapshot import with_templates as snapshots_with_templates

SCOPE = Scope("1", "eu-west-1", "images")
OWN, PUBLIC = "resolve:ssm:/golden/ami", "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023"


class Region:
    """A region with one launch template, whose latest version names `latest`, and groups."""

    def __init__(
        self, latest: str, *groups: dict[str, Any], configurations: list[dict[str, Any]] | None = None
    ) -> None:
        self.groups = groups
        self.latest = latest
        self.configurations = configurations or []

    def pages(self, call: Any, region: str | None = None) -> Iterator[Any]:
        yield {
            "describe_launch_template_versions": {"LaunchTemplateVersions": [version(self.latest)]},
            "describe_auto_scaling_groups": {"AutoScalingGroups": list(self.groups)},
            "describe_launch_configurations": {"LaunchConfigurations": self.configurations},
        }[call.operation]

    def call(self, service: str, operation: str, **asked: Any) -> Any:
        assert (operation, asked["LaunchTemplateId"], asked["Versions"]) == (
            "describe_launch_template_versions",
            "lt-1",
            ["3"],
        )
        return {"LaunchTemplateVersions": [version("ami-old")]}


def version(image: str) -> dict[str, Any]:
    """Which has a snapshot of the same name."""
    return {"LaunchTemplateId": "lt-1", "LaunchTemplateData": {"ImageId": image} | devices(image)}


def devices(image: str) -> dict[str, Any]:
    snapshot = image.replace("ami-", "snap-")
    return {"BlockDeviceMappings": [{"DeviceName": "/dev/sdb", "Ebs": {"SnapshotId": snapshot}}, {}]}


def at(version: str) -> dict[str, Any]:
    return {"LaunchTemplateId": "lt-1", "Version": version}


def mixed(version: str) -> dict[str, Any]:
    return {"MixedInstancesPolicy": {"LaunchTemplate": {"LaunchTemplateSpecification": at(version)}}}


def overridden(version: str) -> dict[str, Any]:
    override = {"InstanceType": "m5.large", "LaunchTemplateSpecification": at(version)}
    return {"MixedInstancesPolicy": {"LaunchTemplate": {"Overrides": [override]}}}


def templates(region: Region) -> dict[str, int | None]:
    images = [{"ImageId": id} for id in ("ami-new", "ami-old")]
    found = with_templates(images, Questions(region, one=False), SCOPE)  # type: ignore[arg-type]
    return {item["ImageId"]: item["Templates"] for item in found}


@pytest.mark.parametrize("group", [{}, {"LaunchTemplate": at("$Latest")}, mixed("$Default")])
def test_the_latest_version_names_its_image(group: dict[str, Any]) -> None:
    assert templates(Region("ami-new", group)) == {"ami-new": 1, "ami-old": 0}


@pytest.mark.parametrize("group", [{"LaunchTemplate": at("3")}, mixed("3"), overridden("3")])
def test_a_group_pinned_to_an_old_version_needs_its_image(group: dict[str, Any]) -> None:
    assert templates(Region("ami-new", group)) == {"ami-new": 1, "ami-old": 1}


def test_an_image_behind_a_parameter_may_be_any() -> None:
    assert templates(Region(OWN)) == {"ami-new": None, "ami-old": None}
    assert templates(Region(OWN, {"LaunchTemplate": at("3")})) == {"ami-new": None, "ami-old": 1}


def test_a_parameter_of_aws_leads_to_an_image_of_aws() -> None:
    assert templates(Region(PUBLIC)) == {"ami-new": 0, "ami-old": 0}


def snapshots(source: Any) -> tuple[dict[str, int | None], list[str]]:
    asked = Questions(source, one=False)
    found = snapshots_with_templates([{"SnapshotId": "snap-new"}, {"SnapshotId": "snap-old"}], asked, SCOPE)
    return {item["SnapshotId"]: item["Templates"] for item in found}, asked.denied


def test_a_snapshot_in_a_templates_block_devices_is_named() -> None:
    assert snapshots(Region("ami-new"))[0] == {"snap-new": 1, "snap-old": 0}
    assert snapshots(Region("ami-new", {"LaunchTemplate": at("3")}))[0] == {"snap-new": 1, "snap-old": 1}
    assert snapshots(Region(OWN, {"LaunchTemplate": at("3")}))[0] == {"snap-new": 0, "snap-old": 1}


def test_a_snapshot_in_a_launch_configuration_is_named() -> None:
    configuration = {"LaunchConfigurationName": "web", "ImageId": "ami-9"} | devices("ami-old")
    assert snapshots(Region("ami-new", configurations=[configuration]))[0] == {"snap-new": 1, "snap-old": 1}


@pytest.mark.parametrize("denied", ["versions", "configurations", "groups"])
def test_what_cannot_be_listed_leaves_it_unknown(denied: str) -> None:
    class Denied(Region):
        def pages(self, call: Any, region: str | None = None) -> Iterator[Any]:
            if denied in call.operation:
                raise CollectError("no", code="AccessDenied")
            return super().pages(call, region)

    found, actions = snapshots(Denied("ami-new"))
    assert found == {"snap-new": None, "snap-old": None}
    assert len(actions) == 1
