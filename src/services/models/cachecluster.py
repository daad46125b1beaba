"""ElastiCache clusters: each node group of Redis or Valkey, and Memcached clusters."""

from __future__ import annotations

from typing import Self

from services.models.kit import tagging
from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, flag, required, text, whole


@model
class CacheCluster(Resource):
    engine: str = ""
    engine_version: str = ""
    node_type: str = ""
    nodes: int | None = None
    group: str = ""  # replication group
    encrypted: bool | None = None
    transit_encrypted: bool | None = None
    snapshot_days: int | None = None
    zone: str = ""

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "CacheClusterId")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "ARN") or arn_of(scope, "elasticache", f"cluster:{id}"),
            name=id,
            state=text(item, "CacheClusterStatus"),
            created=item.get("CacheClusterCreateTime"),
            engine=text(item, "Engine"),
            engine_version=text(item, "EngineVersion"),
            node_type=text(item, "CacheNodeType"),
            nodes=whole(item, "NumCacheNodes"),
            group=text(item, "ReplicationGroupId"),
            encrypted=flag(item, "AtRestEncryptionEnabled"),
            transit_encrypted=flag(item, "TransitEncryptionEnabled"),
            snapshot_days=whole(item, "SnapshotRetentionLimit"),
            zone=text(item, "PreferredAvailabilityZone"),
        )


RESOURCE_TYPE = ResourceType(
    name="cacheclusters",
    title="Cache clusters",
    singular="Cache cluster",
    order=64,
    model=CacheCluster,
    call=Call("elasticache", "describe_cache_clusters", "CacheClusters[]", page_size=100),
    enrich=tagging.sweep("elasticache:cluster", "ARN"),
    actions=("elasticache:DescribeCacheClusters", tagging.ACTION),
    columns=(
        Column("engine", "Engine", facet=True),
        Column("engine_version", "Version", mono=True),
        Column("node_type", "Node type", mono=True, facet=True),
        Column("nodes", "Nodes", numeric=True),
        Column("group", "Replication group", mono=True),
        Column("encrypted", "Encrypted", facet=True),
    ),
    console="https://{region}.console.aws.amazon.com/elasticache/home?region={region}#/redis/{id}",
    sample={
        "CacheClusterId": "sessions-001",
        "ARN": "arn:aws:elasticache:us-east-1:412233445883:cluster:sessions-001",
        "CacheNodeType": "cache.r7g.large",
        "Engine": "redis",
        "EngineVersion": "7.1.0",
        "CacheClusterStatus": "available",
        "NumCacheNodes": 1,
        "PreferredAvailabilityZone": "us-east-1a",
        "CacheClusterCreateTime": "2025-05-20T10:11:12.700000+00:00",
        "ReplicationGroupId": "sessions",
        "SnapshotRetentionLimit": 7,
        "TransitEncryptionEnabled": True,
        "AtRestEncryptionEnabled": True,
        "Tags": [{"Key": "Team", "Value": "web"}],
    },
)
