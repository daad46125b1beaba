"""Which images launch templates name: by themselves, at a pinned version, through a parameter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from services.models.image import with_templates
from services.models.questions import Questions
from services.models.scope import Scope

SCOPE = Scope("1", "eu-west-1", "images")
OWN, PUBLIC = "resolve:ssm:/golden/ami", "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023"


class Region:
    """A region with one launch template, whose latest version names `latest`, and groups."""

    def __init__(self, latest: str, *groups: dict[str, Any]) -> None:
        self.groups = groups
        self.latest = latest

    def pages(self, call: Any, region: str | None = None) -> Iterator[Any]:
        yield {
            "describe_launch_template_versions": {"LaunchTemplateVersions": [version(self.latest)]},
            "describe_auto_scaling_groups": {"AutoScalingGroups": list(self.groups)},
            "describe_launch_configurations": {"LaunchConfigurations": []},
        }[call.operation]

    def call(self, service: str, operation: str, **asked: Any) -> Any:
        assert (operation, asked["LaunchTemplateId"], asked["Versions"]) == (
            "describe_launch_template_versions",
            "lt-1",
            ["3"],
        )
        return {"LaunchTemplateVersions": [version("ami-old")]}


def version(image: str) -> dict[str, Any]:
    return {"LaunchTemplateId": "lt-1", "LaunchTemplateData": {"ImageId": image}}


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
