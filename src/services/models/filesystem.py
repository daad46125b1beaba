"""EFS file systems."""

from __future__ import annotations

from typing import Self

from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, flag, required, text, whole


@model
class FileSystem(Resource):
    size: int | None = None  # bytes, metered
    mounts: int | None = None
    throughput: str = ""
    performance: str = ""
    encrypted: bool | None = None
    zone: str = ""  # "" when it spans zones

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "FileSystemId")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "FileSystemArn")
            or arn_of(scope, "elasticfilesystem", f"file-system/{id}", text(item, "OwnerId")),
            name=text(item, "Name"),
            state=text(item, "LifeCycleState"),
            created=item.get("CreationTime"),
            size=whole(item, "SizeInBytes", "Value"),
            mounts=whole(item, "NumberOfMountTargets"),
            throughput=text(item, "ThroughputMode"),
            performance=text(item, "PerformanceMode"),
            encrypted=flag(item, "Encrypted"),
            zone=text(item, "AvailabilityZoneName"),
        )


RESOURCE_TYPE = ResourceType(
    name="filesystems",
    title="File systems",
    singular="File system",
    order=52,
    model=FileSystem,
    call=Call("efs", "describe_file_systems", "FileSystems[]", page_size=100),
    actions=("elasticfilesystem:DescribeFileSystems",),
    columns=(
        Column("size", "Size", unit="B", numeric=True),
        Column("mounts", "Mount targets", numeric=True),
        Column("throughput", "Throughput", facet=True),
        Column("encrypted", "Encrypted", facet=True),
    ),
    console="https://{region}.console.aws.amazon.com/efs/home?region={region}#/file-systems/{id}",
    volatile=("size", "raw.SizeInBytes"),
    sample={
        "FileSystemId": "fs-0a1b2c3d4e5f60718",
        "FileSystemArn": "arn:aws:elasticfilesystem:us-east-1:412233445883:file-system/fs-0a1b2c3d4e5f60718",
        "Name": "shared-models",
        "OwnerId": "412233445883",
        "CreationToken": "shared-models",
        "CreationTime": "2025-10-01T13:14:15+00:00",
        "LifeCycleState": "available",
        "NumberOfMountTargets": 2,
        "SizeInBytes": {"Value": 128849018880, "ValueInIA": 96636764160, "ValueInStandard": 32212254720},
        "PerformanceMode": "generalPurpose",
        "ThroughputMode": "elastic",
        "Encrypted": True,
        "Tags": [{"Key": "Name", "Value": "shared-models"}, {"Key": "Team", "Value": "ml"}],
    },
)
