"""Machine images (AMIs) of the account, disabled ones too, with how many launch templates name each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Self

from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.launches import ACTIONS, launches
from services.models.kit.questions import Questions
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import Items, for_all
from services.models.kit.values import Item, each, flag, iso, required, text, whole

PARAMETER, AWS_OWN = "resolve:ssm:", ":/aws/service/"  # those of AWS lead to AWS's own images


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
    named = launches(questions)
    used = Counter(named.images if named else ())
    indirect = any(name.startswith(PARAMETER) and AWS_OWN not in name for name in used)
    nothing = None if indirect or named is None else 0
    return [item | {"Templates": used.get(text(item, "ImageId"), nothing)} for item in items]


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
    actions=("ec2:DescribeImages", *ACTIONS),
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
