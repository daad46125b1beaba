"""EBS snapshots that the account owns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from services.models.base import Call, Column, Resource, ResourceType, Scope, arn_of
from services.models.values import Item, flag, required, tags_of, text, whole


@dataclass(frozen=True, kw_only=True)
class Snapshot(Resource):
    volume: str = ""
    size: int | None = None  # GiB, of the volume
    tier: str = ""
    encrypted: bool | None = None
    description: str = ""

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "SnapshotId")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=arn_of(scope, "ec2", f"snapshot/{id}"),
            name=tags_of(item.get("Tags")).get("Name", ""),
            state=text(item, "State"),
            created=item.get("StartTime"),
            volume=text(item, "VolumeId"),
            size=whole(item, "VolumeSize"),
            tier=text(item, "StorageTier") or "standard",
            encrypted=flag(item, "Encrypted"),
            description=text(item, "Description"),
        )


RESOURCE_TYPE = ResourceType(
    name="snapshots",
    title="Snapshots",
    singular="Snapshot",
    order=30,
    model=Snapshot,
    # without OwnerIds the answer holds every public snapshot of the region
    call=Call("ec2", "describe_snapshots", "Snapshots[]", {"OwnerIds": ["self"]}, page_size=1000),
    actions=("ec2:DescribeSnapshots",),
    columns=(
        Column("volume", "Volume", mono=True),
        Column("size", "Size", unit="GiB", numeric=True),
        Column("tier", "Tier", facet=True),
        Column("encrypted", "Encrypted", facet=True),
        Column("description", "Description"),
    ),
    console="https://{region}.console.aws.amazon.com/ec2/home?region={region}#SnapshotDetails:snapshotId={id}",
    good_states=("completed",),
    sample={
        "SnapshotId": "snap-0f1e2d3c4b5a69788",
        "VolumeId": "vol-0c2d3e4f5a6b7c8d9",
        "VolumeSize": 2000,
        "State": "completed",
        "Progress": "100%",
        "StartTime": "2026-02-11T03:00:17.412000+00:00",
        "StorageTier": "standard",
        "Encrypted": False,
        "OwnerId": "412233445883",
        "Description": "Nightly copy of search-node-a-data",
        "Tags": [{"Key": "Name", "Value": "search-nightly"}, {"Key": "Team", "Value": "search"}],
    },
)
