"""EBS volumes."""

from __future__ import annotations

from typing import Self

from services.models.kit.base import MANAGED, Call, Column, Metric, Resource, ResourceType, arn_of, where
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, each, flag, operator_of, required, tags_of, text, whole


@model
class Volume(Resource):
    volume_type: str = ""
    size: int | None = None  # GiB
    iops: int | None = None
    throughput: int | None = None  # MiB/s
    encrypted: bool | None = None
    multi_attach: bool | None = None
    instance: str = ""
    zone: str = ""
    snapshot: str = ""
    managed_by: str = ""  # AWS service that runs it

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "VolumeId")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=arn_of(scope, "ec2", f"volume/{id}", text(item, "OwnerId")),
            name=tags_of(item.get("Tags")).get("Name", ""),
            state=text(item, "State"),
            created=item.get("CreateTime"),
            volume_type=text(item, "VolumeType"),
            size=whole(item, "Size"),
            iops=whole(item, "Iops"),
            throughput=whole(item, "Throughput"),
            encrypted=flag(item, "Encrypted"),
            multi_attach=flag(item, "MultiAttachEnabled"),
            instance=next(filter(None, (text(a, "InstanceId") for a in each(item, "Attachments"))), ""),
            zone=text(item, "AvailabilityZone"),
            snapshot=text(item, "SnapshotId"),
            managed_by=operator_of(item),
        )


# docs.aws.amazon.com/ebs/latest/userguide/using_cloudwatch_ebs.html; on Xen only of days with activity
_ATTACHED, _ID = where(state="in-use"), (("VolumeId", "{id}"),)
METRICS = (
    Metric("AWS/EBS", "VolumeReadOps", "Sum", _ID, "Reads", "operations", _ATTACHED),
    Metric("AWS/EBS", "VolumeWriteOps", "Sum", _ID, "Writes", "operations", _ATTACHED),
)

RESOURCE_TYPE = ResourceType(
    name="volumes",
    title="Volumes",
    singular="Volume",
    order=20,
    model=Volume,
    call=Call("ec2", "describe_volumes", "Volumes[]", MANAGED, page_size=500),
    actions=("ec2:DescribeVolumes",),
    columns=(
        Column("volume_type", "Type", mono=True, facet=True),
        Column("size", "Size", unit="GiB", numeric=True),
        Column("iops", "IOPS", numeric=True),
        Column("throughput", "Throughput", unit="MiB/s", numeric=True),
        Column("instance", "Attached to", mono=True),
        Column("encrypted", "Encrypted"),
    ),
    console="https://{region}.console.aws.amazon.com/ec2/home?region={region}#VolumeDetails:volumeId={id}",
    metrics=METRICS,
    sample={
        "VolumeId": "vol-0c2d3e4f5a6b7c8d9",
        "Size": 2000,
        "VolumeType": "gp2",
        "Iops": 6000,
        "State": "in-use",
        "AvailabilityZone": "us-east-1b",
        "CreateTime": "2026-03-04T09:12:45+00:00",
        "Encrypted": False,
        "SnapshotId": "snap-0f1e2d3c4b5a69788",
        "MultiAttachEnabled": False,
        "Attachments": [
            {
                "InstanceId": "i-0a41c9f2be77d3e10",
                "VolumeId": "vol-0c2d3e4f5a6b7c8d9",
                "Device": "/dev/xvdf",
                "State": "attached",
                "AttachTime": "2026-03-04T09:12:46+00:00",
                "DeleteOnTermination": False,
            }
        ],
        "Tags": [{"Key": "Name", "Value": "search-node-a-data"}, {"Key": "Team", "Value": "search"}],
    },
)
