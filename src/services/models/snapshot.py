"""EBS snapshots that the account owns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Self

from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.launches import ACTIONS, launches
from services.models.kit.questions import Questions
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import Items, chain, for_all
from services.models.kit.values import Item, flag, required, tags_of, text, whole

# without OwnerIds the answer holds every public snapshot of the region
OWN = {"OwnerIds": ["self"]}
NO_VOLUME = "vol-ffffffff"  # of copies
SHARED = Call(
    "ec2", "describe_snapshots", "Snapshots[]", {**OWN, "RestorableByUserIds": ["all"]}, page_size=1000
)


@model
class Snapshot(Resource):
    volume: str = ""
    size: int | None = None  # GiB, of the volume
    tier: str = ""
    public: bool | None = None  # anyone can make a volume of it
    encrypted: bool | None = None
    description: str = ""
    templates: int | None = None  # launch templates and configurations with it among their block devices
    copied: bool = False  # of another snapshot; the volume that it names means nothing

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "SnapshotId")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=arn_of(scope, "ec2", f"snapshot/{id}", text(item, "OwnerId")),
            name=tags_of(item.get("Tags")).get("Name", ""),
            state=text(item, "State"),
            created=item.get("StartTime"),
            volume=text(item, "VolumeId"),
            size=whole(item, "VolumeSize"),
            public=flag(item, "Public"),
            tier=text(item, "StorageTier") or "standard",
            encrypted=flag(item, "Encrypted"),
            description=text(item, "Description"),
            templates=whole(item, "Templates"),
            copied=_copied(item),
        )


def _copied(item: Item) -> bool:
    """EC2's Snapshot.VolumeId: those "created by a copy snapshot operation have an arbitrary volume ID that
    you should not use for any purpose". The console, and the copy of an image, say so in the description.
    """
    said = text(item, "Description").startswith(("[Copied ", "Copied for "))
    return said or text(item, "VolumeId") == NO_VOLUME or bool(text(item, "TransferType"))


def with_public(items: Items, questions: Questions, scope: Scope) -> Iterable[Item]:
    """The snapshots with whether they are "Public", from one list of those that are."""
    listed = questions.listed(SHARED)
    shared = {text(one, "SnapshotId") for one in listed or ()}
    return [
        item | {"Public": None if listed is None else text(item, "SnapshotId") in shared} for item in items
    ]


def with_templates(items: Items, questions: Questions, scope: Scope) -> Iterable[Item]:
    """The snapshots with the number of "Templates" that name them."""
    named = launches(questions)
    used = Counter(named.snapshots if named else ())
    return [item | {"Templates": None if named is None else used[text(item, "SnapshotId")]} for item in items]


RESOURCE_TYPE = ResourceType(
    name="snapshots",
    title="Snapshots",
    singular="Snapshot",
    order=30,
    model=Snapshot,
    call=Call("ec2", "describe_snapshots", "Snapshots[]", OWN, page_size=1000),
    enrich=chain(for_all(with_public), for_all(with_templates)),
    actions=("ec2:DescribeSnapshots", *ACTIONS),
    columns=(
        Column("volume", "Volume", mono=True),
        Column("size", "Size", unit="GiB", numeric=True),
        Column("tier", "Tier", facet=True),
        Column("encrypted", "Encrypted", facet=True),
        Column("public", "Public", facet=True),
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
        "Public": False,
        "Templates": 0,
        "OwnerId": "412233445883",
        "Description": "Nightly copy of search-node-a-data",
        "Tags": [{"Key": "Name", "Value": "search-nightly"}, {"Key": "Team", "Value": "search"}],
    },
)
