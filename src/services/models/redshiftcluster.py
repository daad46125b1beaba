"""Redshift clusters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.questions import Questions
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import Items, for_all
from services.models.kit.values import Item, each, flag, is_item, required, text, whole

SUBNET_GROUPS = Call("redshift", "describe_cluster_subnet_groups", "ClusterSubnetGroups[]", page_size=100)


@model
class RedshiftCluster(Resource):
    node_type: str = ""
    nodes: int | None = None
    public: bool | None = None
    encrypted: bool | None = None
    version: str = ""
    backup_days: int | None = None
    endpoint: str = ""
    port: int | None = None
    vpc: str = ""
    network: str = ""  # "ipv4", "dualstack"
    security_groups: tuple[str, ...] = ()
    subnets: tuple[str, ...] | None = None  # its nodes are in some of them

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
            port=whole(item, "Endpoint", "Port"),
            vpc=text(item, "VpcId"),
            network=text(item, "IpAddressType"),
            security_groups=tuple(text(one, "VpcSecurityGroupId") for one in each(item, "VpcSecurityGroups")),
            subnets=_subnets(item),
        )


def _subnets(item: Item) -> tuple[str, ...] | None:
    if not isinstance(item.get("Subnets"), list):
        return None
    return tuple(text(one, "SubnetIdentifier") for one in each(item, "Subnets"))


def with_subnets(items: Items, questions: Questions, scope: Scope) -> Iterable[Item]:
    """The clusters with the "Subnets" of their subnet groups, from one list of the region's."""
    groups = filter(is_item, questions.listed(SUBNET_GROUPS) or ())
    subnets = {text(group, "ClusterSubnetGroupName"): group.get("Subnets") for group in groups}
    return [item | {"Subnets": subnets.get(text(item, "ClusterSubnetGroupName"))} for item in items]


RESOURCE_TYPE = ResourceType(
    name="redshiftclusters",
    title="Redshift clusters",
    singular="Redshift cluster",
    order=68,
    model=RedshiftCluster,
    call=Call("redshift", "describe_clusters", "Clusters[]", page_size=100),
    enrich=for_all(with_subnets),
    actions=("redshift:DescribeClusters", "redshift:DescribeClusterSubnetGroups"),
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
        "IpAddressType": "ipv4",
        "VpcId": "vpc-0a1b2c3d4e5f60718",
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-01a2b3c4d5e6f7a8b", "Status": "active"}],
        "ClusterSubnetGroupName": "warehouse",
        "Subnets": [{"SubnetIdentifier": "subnet-0d1f6a2b3c4d5e6f7", "SubnetStatus": "Active"}],
        "Tags": [{"Key": "Team", "Value": "data"}],
    },
)
