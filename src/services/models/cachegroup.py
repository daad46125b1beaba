"""ElastiCache replication groups of Redis and Valkey. Their nodes are cache clusters."""

from __future__ import annotations

from typing import Self

from services.models.kit import tagging
from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, each, flag, required, text, texts, whole


@model
class CacheGroup(Resource):
    engine: str = ""
    node_type: str = ""
    shards: int | None = None
    nodes: int | None = None
    failover: str = ""
    multi_az: str = ""
    clustered: bool | None = None
    encrypted: bool | None = None
    transit_encrypted: bool | None = None
    snapshot_days: int | None = None
    description: str = ""
    members: tuple[str, ...] = ()  # cache clusters

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "ReplicationGroupId")
        members = texts(item, "MemberClusters")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "ARN") or arn_of(scope, "elasticache", f"replicationgroup:{id}"),
            name=id,
            state=text(item, "Status"),
            created=item.get("ReplicationGroupCreateTime"),
            engine=text(item, "Engine"),
            node_type=text(item, "CacheNodeType"),
            shards=len(each(item, "NodeGroups")),
            nodes=len(members),
            failover=text(item, "AutomaticFailover"),
            multi_az=text(item, "MultiAZ"),
            clustered=flag(item, "ClusterEnabled"),
            encrypted=flag(item, "AtRestEncryptionEnabled"),
            transit_encrypted=flag(item, "TransitEncryptionEnabled"),
            snapshot_days=whole(item, "SnapshotRetentionLimit"),
            description=text(item, "Description"),
            members=members,
        )


RESOURCE_TYPE = ResourceType(
    name="cachegroups",
    title="Cache groups",
    singular="Cache group",
    order=65,
    model=CacheGroup,
    call=Call("elasticache", "describe_replication_groups", "ReplicationGroups[]", page_size=100),
    enrich=tagging.sweep("elasticache:replicationgroup", "ARN"),
    actions=("elasticache:DescribeReplicationGroups", tagging.ACTION),
    columns=(
        Column("engine", "Engine", facet=True),
        Column("node_type", "Node type", mono=True, facet=True),
        Column("shards", "Shards", numeric=True),
        Column("nodes", "Nodes", numeric=True),
        Column("failover", "Failover", facet=True),
        Column("encrypted", "Encrypted", facet=True),
        Column("description", "Description"),
    ),
    console="https://{region}.console.aws.amazon.com/elasticache/home?region={region}#/redis/{id}",
    sample={
        "ReplicationGroupId": "sessions",
        "ARN": "arn:aws:elasticache:us-east-1:412233445883:replicationgroup:sessions",
        "Description": "Sessions of the storefront",
        "Status": "available",
        "ReplicationGroupCreateTime": "2025-03-11T09:30:44.218000+00:00",
        "MemberClusters": ["sessions-001", "sessions-002"],
        "NodeGroups": [{"NodeGroupId": "0001", "Status": "available", "Slots": "0-16383"}],
        "AutomaticFailover": "enabled",
        "MultiAZ": "enabled",
        "ClusterEnabled": False,
        "CacheNodeType": "cache.r6g.large",
        "Engine": "redis",
        "AtRestEncryptionEnabled": True,
        "TransitEncryptionEnabled": True,
        "SnapshotRetentionLimit": 7,
        "Tags": [{"Key": "Team", "Value": "web"}],
    },
)
