"""RDS clusters: Aurora, and Multi-AZ clusters. Their members are databases."""

from __future__ import annotations

from typing import Self

from services.models.database import extended_support
from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, at, each, flag, required, text, whole

SERVERLESS = "ServerlessV2ScalingConfiguration"


@model
class DbCluster(Resource):
    engine: str = ""
    engine_version: str = ""
    mode: str = ""
    members: int | None = None
    min_capacity: float | None = None  # ACU; None when it is not serverless
    max_capacity: float | None = None
    encrypted: bool | None = None
    deletion_protection: bool | None = None
    backup_days: int | None = None
    public: bool | None = None  # of a Multi-AZ cluster; those of Aurora leave it to their members
    network: str = ""  # "IPV4", "DUAL"
    endpoint: str = ""
    port: int | None = None
    extended_support: bool | None = None
    instances: tuple[str, ...] = ()
    writer: str = ""  # of the members the one that takes writes; the others are its failover targets
    security_groups: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "DBClusterIdentifier")
        members = tuple(text(member, "DBInstanceIdentifier") for member in each(item, "DBClusterMembers"))
        return cls.of(
            item,
            scope,
            tags=item.get("TagList"),
            id=id,
            arn=text(item, "DBClusterArn") or arn_of(scope, "rds", f"cluster:{id}"),
            name=id,
            state=text(item, "Status"),
            created=item.get("ClusterCreateTime"),
            engine=text(item, "Engine"),
            engine_version=text(item, "EngineVersion"),
            mode="serverless" if item.get(SERVERLESS) else text(item, "EngineMode"),
            members=len(members),
            min_capacity=_number(item, SERVERLESS, "MinCapacity"),
            max_capacity=_number(item, SERVERLESS, "MaxCapacity"),
            encrypted=flag(item, "StorageEncrypted"),
            deletion_protection=flag(item, "DeletionProtection"),
            backup_days=whole(item, "BackupRetentionPeriod"),
            public=flag(item, "PubliclyAccessible"),
            network=text(item, "NetworkType"),
            endpoint=text(item, "Endpoint"),
            port=whole(item, "Port"),
            extended_support=extended_support(item),
            instances=members,
            writer=_writer(item),
            security_groups=tuple(text(one, "VpcSecurityGroupId") for one in each(item, "VpcSecurityGroups")),
        )


def _writer(item: Item) -> str:
    members = (member for member in each(item, "DBClusterMembers") if flag(member, "IsClusterWriter"))
    return next((text(member, "DBInstanceIdentifier") for member in members), "")


def _number(item: Item, *path: str) -> float | None:
    value = at(item, *path)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


RESOURCE_TYPE = ResourceType(
    name="dbclusters",
    title="Database clusters",
    singular="Database cluster",
    order=61,
    model=DbCluster,
    call=Call("rds", "describe_db_clusters", "DBClusters[]", page_size=100),
    actions=("rds:DescribeDBClusters",),
    columns=(
        Column("engine", "Engine", facet=True),
        Column("engine_version", "Version", mono=True, facet=True),
        Column("mode", "Mode", facet=True),
        Column("members", "Members", numeric=True),
        Column("max_capacity", "Max ACU", numeric=True),
        Column("encrypted", "Encrypted"),
    ),
    console="https://{region}.console.aws.amazon.com/rds/home?region={region}#database:id={id};is-cluster=true",
    volatile=("raw.LatestRestorableTime", "raw.EarliestRestorableTime"),
    sample={
        "DBClusterIdentifier": "checkout",
        "DBClusterArn": "arn:aws:rds:us-east-1:412233445883:cluster:checkout",
        "Status": "available",
        "Engine": "aurora-postgresql",
        "EngineVersion": "15.4",
        "EngineMode": "provisioned",
        "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 16.0},
        "Endpoint": "checkout.cluster-c1x2y3.us-east-1.rds.amazonaws.com",
        "Port": 5432,
        "EngineLifecycleSupport": "open-source-rds-extended-support-disabled",
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-01a2b3c4d5e6f7a8b", "Status": "active"}],
        "ClusterCreateTime": "2025-06-18T14:20:02.114000+00:00",
        "DBClusterMembers": [{"DBInstanceIdentifier": "checkout-1", "IsClusterWriter": True}],
        "StorageEncrypted": True,
        "DeletionProtection": True,
        "BackupRetentionPeriod": 14,
        "TagList": [{"Key": "Team", "Value": "checkout"}],
    },
)
