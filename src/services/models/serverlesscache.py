"""ElastiCache Serverless caches."""

from __future__ import annotations

from typing import Self

from services.models.kit import tagging
from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, required, text, texts, whole

LIMITS = "CacheUsageLimits"


@model
class ServerlessCache(Resource):
    """max_stored, max_compute: limits that the account has set; None: AWS's own."""

    engine: str = ""
    engine_version: str = ""
    max_stored: int | None = None  # GB
    max_compute: int | None = None  # ECPU a second
    snapshot_days: int | None = None
    endpoint: str = ""
    description: str = ""
    security_groups: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "ServerlessCacheName")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "ARN") or arn_of(scope, "elasticache", f"serverlesscache:{id}"),
            name=id,
            state=text(item, "Status").lower(),
            created=item.get("CreateTime"),
            engine=text(item, "Engine"),
            engine_version=text(item, "FullEngineVersion") or text(item, "MajorEngineVersion"),
            max_stored=whole(item, LIMITS, "DataStorage", "Maximum"),
            max_compute=whole(item, LIMITS, "ECPUPerSecond", "Maximum"),
            snapshot_days=whole(item, "SnapshotRetentionLimit"),
            endpoint=text(item, "Endpoint", "Address"),
            description=text(item, "Description"),
            security_groups=texts(item, "SecurityGroupIds"),
        )


RESOURCE_TYPE = ResourceType(
    name="serverlesscaches",
    title="Serverless caches",
    singular="Serverless cache",
    order=66,
    model=ServerlessCache,
    call=Call("elasticache", "describe_serverless_caches", "ServerlessCaches[]", page_size=100),
    enrich=tagging.sweep("elasticache:serverlesscache", "ARN"),
    actions=("elasticache:DescribeServerlessCaches", tagging.ACTION),
    columns=(
        Column("engine", "Engine", facet=True),
        Column("engine_version", "Version", mono=True),
        Column("max_stored", "Most data", unit="GB", numeric=True),
        Column("max_compute", "Most ECPU", unit="a second", numeric=True),
        Column("snapshot_days", "Backups", unit="days", numeric=True),
        Column("description", "Description"),
    ),
    console="https://{region}.console.aws.amazon.com/elasticache/home?region={region}#/serverless/{id}",
    sample={
        "ServerlessCacheName": "carts",
        "ARN": "arn:aws:elasticache:us-east-1:412233445883:serverlesscache:carts",
        "Description": "Shopping carts",
        "Status": "available",
        "CreateTime": "2026-01-20T08:14:51.402000+00:00",
        "Engine": "valkey",
        "MajorEngineVersion": "8",
        "FullEngineVersion": "8.0",
        "CacheUsageLimits": {
            "DataStorage": {"Maximum": 20, "Unit": "GB"},
            "ECPUPerSecond": {"Maximum": 15000},
        },
        "SnapshotRetentionLimit": 7,
        "SecurityGroupIds": ["sg-01a2b3c4d5e6f7a8b"],
        "Endpoint": {"Address": "carts-x1y2z3.serverless.use1.cache.amazonaws.com", "Port": 6379},
        "Tags": [{"Key": "Team", "Value": "web"}],
    },
)
