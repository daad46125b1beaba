"""Redshift clusters."""

from __future__ import annotations

from typing import Self

from services.models.base import Call, Column, Resource, ResourceType, arn_of
from services.models.record import model
from services.models.scope import Scope
from services.models.values import Item, flag, required, text, whole


@model
class RedshiftCluster(Resource):
    node_type: str = ""
    nodes: int | None = None
    public: bool | None = None
    encrypted: bool | None = None
    version: str = ""
    backup_days: int | None = None
    endpoint: str = ""
    vpc: str = ""

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "ClusterIdentifier")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=arn_of(scope, "redshift", f"cluster:{id}"),  # the answer has only that of its namespace
            name=id,
            state=text(item, "ClusterStatus"),
            created=item.get("ClusterCreateTime"),
            node_type=text(item, "NodeType"),
            nodes=whole(item, "NumberOfNodes"),
            public=flag(item, "PubliclyAccessible"),
            encrypted=flag(item, "Encrypted"),
            version=text(item, "ClusterVersion"),
            backup_days=whole(item, "AutomatedSnapshotRetentionPeriod"),
            endpoint=text(item, "Endpoint", "Address"),
            vpc=text(item, "VpcId"),
        )


RESOURCE_TYPE = ResourceType(
    name="redshiftclusters",
    title="Redshift clusters",
    singular="Redshift cluster",
    order=68,
    model=RedshiftCluster,
    call=Call("redshift", "describe_clusters", "Clusters[]", page_size=100),
    actions=("redshift:DescribeClusters",),
    columns=(
        Column("node_type", "Node type", mono=True, facet=True),
        Column("nodes", "Nodes", numeric=True),
        Column("public", "Public", facet=True),
        Column("encrypted", "Encrypted", facet=True),
        Column("backup_days", "Backups", unit="days", numeric=True),
    ),
    console="https://{region}.console.aws.amazon.com/redshiftv2/home?region={region}"
    "#cluster-details?cluster={id}",
    sample={
        "ClusterIdentifier": "warehouse",
        "NodeType": "ra3.xlplus",
        "ClusterStatus": "available",
        "ClusterAvailabilityStatus": "Available",
        "DBName": "analytics",
        "Endpoint": {"Address": "warehouse.c1x2y3.us-east-1.redshift.amazonaws.com", "Port": 5439},
        "ClusterCreateTime": "2025-01-09T12:00:44.318000+00:00",
        "AutomatedSnapshotRetentionPeriod": 7,
        "ClusterVersion": "1.0",
        "NumberOfNodes": 2,
        "PubliclyAccessible": False,
        "Encrypted": True,
        "VpcId": "vpc-0a1b2c3d4e5f60718",
        "Tags": [{"Key": "Team", "Value": "data"}],
    },
)
