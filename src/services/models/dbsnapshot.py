"""Snapshots of databases and of database clusters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from services.models.database import allocated
from services.models.kit.base import Call, Column, Resource, ResourceType, Source
from services.models.kit.lost import Part
from services.models.kit.questions import Questions
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import chain, for_each
from services.models.kit.values import Item, at, each, flag, is_item, required, text, texts

CLUSTERS = Call("rds", "describe_db_cluster_snapshots", "DBClusterSnapshots[]", page_size=100)


OF_CLUSTERS = Part("of_cluster", True)


@model
class DbSnapshot(Resource):
    """source: the database or cluster it was taken of. size: what is allocated there, not what it costs."""

    source: str = ""
    of_cluster: bool = False
    engine: str = ""
    engine_version: str = ""
    kind: str = ""
    size: int | None = None  # GiB
    encrypted: bool | None = None
    public: bool | None = None  # anyone can make a database of it

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        """id: as the ARN names it, since a database's and a cluster's snapshot can have one name."""
        cluster = "DBClusterSnapshotArn" in item
        arn = required(item, "DBClusterSnapshotArn" if cluster else "DBSnapshotArn")
        kind = "DBCluster" if cluster else "DB"
        return cls.of(
            item,
            scope,
            tags=item.get("TagList"),
            id=":".join(arn.split(":")[5:]) or arn,
            arn=arn,
            name=text(item, f"{kind}SnapshotIdentifier"),
            state=text(item, "Status"),
            created=item.get("SnapshotCreateTime"),
            source=text(item, "DBClusterIdentifier" if cluster else "DBInstanceIdentifier"),
            of_cluster=cluster,
            engine=text(item, "Engine"),
            engine_version=text(item, "EngineVersion"),
            kind=text(item, "SnapshotType"),
            size=allocated(item),
            encrypted=flag(item, "StorageEncrypted" if cluster else "Encrypted"),
            public=flag(item, "Public"),
        )


def with_clusters(items: list[dict[str, Any]], source: Source, scope: Scope) -> Iterable[Item]:
    """The snapshots of databases, then those of clusters: two lists of one service."""
    return [*items, *filter(is_item, Questions(source, one=False).listed(CLUSTERS, part=OF_CLUSTERS) or ())]


def with_public(item: dict[str, Any], questions: Questions) -> Item:
    """The snapshot with whether it is "Public"; only a manual one that is not encrypted can be."""
    kind = "DBCluster" if "DBClusterSnapshotArn" in item else "DB"
    encrypted = flag(item, "StorageEncrypted") or flag(item, "Encrypted")
    if text(item, "SnapshotType") != "manual" or encrypted:
        return item | {"Public": False}
    name = f"{kind}SnapshotIdentifier"
    operation = f"describe_{'db_cluster' if kind == 'DBCluster' else 'db'}_snapshot_attributes"
    named: dict[str, Any] = {name: text(item, name)}
    answer = questions.call("rds", operation, **named)
    if answer is None:
        return item
    result = f"{kind}SnapshotAttributes"
    if not isinstance(at(answer, f"{result}Result", result), list):
        questions.odd("rds", operation)
        return item
    values = [texts(one, "AttributeValues") for one in each(answer, f"{result}Result", result)]
    return item | {"Public": any("all" in some for some in values)}


RESOURCE_TYPE = ResourceType(
    name="dbsnapshots",
    title="Database snapshots",
    singular="Database snapshot",
    order=62,
    model=DbSnapshot,
    call=Call("rds", "describe_db_snapshots", "DBSnapshots[]", page_size=100),
    enrich=chain(with_clusters, for_each(with_public)),
    actions=(
        "rds:DescribeDBSnapshots",
        "rds:DescribeDBClusterSnapshots",
        "rds:DescribeDBSnapshotAttributes",
        "rds:DescribeDBClusterSnapshotAttributes",
    ),
    columns=(
        Column("source", "Of", mono=True),
        Column("engine", "Engine", facet=True),
        Column("kind", "Kind", facet=True),
        Column("size", "Size", unit="GiB", numeric=True),
        Column("encrypted", "Encrypted", facet=True),
        Column("public", "Public", facet=True),
        Column("of_cluster", "Of a cluster", facet=True),
    ),
    console="https://{region}.console.aws.amazon.com/rds/home?region={region}#db-snapshot:id={name}",
    sample={
        "DBSnapshotIdentifier": "rds:orders-primary-2026-11-19-03-10",
        "DBSnapshotArn": "arn:aws:rds:us-east-1:412233445883:snapshot:rds:orders-primary-2026-11-19-03-10",
        "DBInstanceIdentifier": "orders-primary",
        "SnapshotCreateTime": "2026-11-19T03:10:41.220000+00:00",
        "Engine": "postgres",
        "EngineVersion": "15.7",
        "AllocatedStorage": 500,
        "Status": "available",
        "SnapshotType": "automated",
        "PercentProgress": 100,
        "StorageType": "gp3",
        "Encrypted": True,
        "Public": False,
        "TagList": [{"Key": "Team", "Value": "checkout"}],
    },
)
