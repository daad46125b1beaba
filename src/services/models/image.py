"""Machine images (AMIs) of the account, disabled ones too, with how many launch templates name each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, Self

from services.models.base import MANAGED, Call, Column, Resource, ResourceType, arn_of
from services.models.questions import Questions
from services.models.record import model
from services.models.scope import Scope
from services.models.steps import Items, for_all
from services.models.values import Item, at, each, flag, is_item, iso, required, text, whole

# both hold user data, in which there are secrets: nothing but the image is looked at
MOVING = ("$Latest", "$Default")
PARAMETER, AWS_OWN = "resolve:ssm:", ":/aws/service/"  # those of AWS lead to AWS's own images
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


@model
class Image(Resource):
    public: bool | None = None
    architecture: str = ""
    platform: str = ""
    last_launched: str | None = None
    size: int | None = None  # GiB, of all its snapshots
    templates: int | None = None  # launch templates (default or latest version) and configurations
    snapshots: tuple[str, ...] = ()
    description: str = ""

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "ImageId")
        devices = each(item, "BlockDeviceMappings")
        sizes = [size for device in devices if (size := whole(device, "Ebs", "VolumeSize")) is not None]
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=arn_of(scope, "ec2", f"image/{id}", text(item, "OwnerId")),
            name=text(item, "Name"),
            state=text(item, "State"),
            created=item.get("CreationDate"),
            public=flag(item, "Public"),
            architecture=text(item, "Architecture"),
            platform=text(item, "PlatformDetails"),
            last_launched=iso(item.get("LastLaunchedTime")),
            size=sum(sizes) if sizes else None,
            templates=whole(item, "Templates"),
            snapshots=tuple(filter(None, (text(device, "Ebs", "SnapshotId") for device in devices))),
            description=text(item, "Description"),
        )


def with_templates(items: Items, questions: Questions, scope: Scope) -> Iterable[Item]:
    """The images with the number of "Templates" that name them, from three lists for the region.

    None of an image that none names, where one finds its image through a parameter: it may be this one. None
    of all, where a list is unknown.
    """
    named = _named(questions)
    used = Counter(named)
    indirect = any(name.startswith(PARAMETER) and AWS_OWN not in name for name in used)
    nothing = None if indirect or named is None else 0
    return [item | {"Templates": used.get(text(item, "ImageId"), nothing)} for item in items]


def _named(questions: Questions) -> list[str] | None:
    """The image of every launch template, once, and of every launch configuration; None: unknown."""
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
    named = {(text(one, "LaunchTemplateId"), text(one, "LaunchTemplateData", "ImageId")) for one in versions}
    return [*(image for _, image in named), *(text(one, "ImageId") for one in configurations)]


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


RESOURCE_TYPE = ResourceType(
    name="images",
    title="Images",
    singular="Image",
    order=12,
    model=Image,
    # without Owners the answer holds every public image of the region
    call=Call(
        "ec2", "describe_images", "Images[]", {"Owners": ["self"], "IncludeDisabled": True}, page_size=1000
    ),
    enrich=for_all(with_templates),
    actions=(
        "ec2:DescribeImages",
        "ec2:DescribeLaunchTemplateVersions",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeAutoScalingGroups",
    ),
    columns=(
        Column("public", "Public", facet=True),
        Column("architecture", "Architecture", facet=True),
        Column("platform", "Platform"),
        Column("size", "Size", unit="GiB", numeric=True),
        Column("last_launched", "Last launched", optional=True),
        Column("templates", "Launch templates", numeric=True),
    ),
    console="https://{region}.console.aws.amazon.com/ec2/home?region={region}#ImageDetails:imageId={id}",
    volatile=("last_launched", "raw.LastLaunchedTime"),
    sample={
        "ImageId": "ami-08f3d892de259504d",
        "Name": "search-node-2026-02-11",
        "ImageLocation": "412233445883/search-node-2026-02-11",
        "OwnerId": "412233445883",
        "CreationDate": "2026-02-11T04:10:32.000Z",
        "LastLaunchedTime": "2026-03-04T09:12:44Z",
        "State": "available",
        "Public": False,
        "Architecture": "x86_64",
        "PlatformDetails": "Linux/UNIX",
        "RootDeviceType": "ebs",
        "Templates": 1,
        "Description": "Search node with index tools",
        "BlockDeviceMappings": [
            {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": "snap-0f1e2d3c4b5a69788", "VolumeSize": 30}},
            {"DeviceName": "/dev/sdb", "VirtualName": "ephemeral0"},
        ],
        "Tags": [{"Key": "Team", "Value": "search"}],
    },
)
