"""RDS database instances."""

from __future__ import annotations

from typing import Self

from services.models.kit.base import Call, Column, Metric, Resource, ResourceType, arn_of, where
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, each, flag, required, text, whole


@model
class Database(Resource):
    engine: str = ""
    engine_version: str = ""
    instance_class: str = ""
    storage: int | None = None  # GiB
    storage_type: str = ""
    iops: int | None = None  # provisioned
    throughput: int | None = None  # MiB/s
    more_volumes: int = 0
    license: str = ""
    multi_az: bool | None = None
    public: bool | None = None
    encrypted: bool | None = None
    deletion_protection: bool | None = None
    backup_days: int | None = None
    cluster: str = ""
    replica_of: str = ""
    endpoint: str = ""
    port: int | None = None
    zone: str = ""
    vpc: str = ""
    extended_support: bool | None = None  # paid for, once the engine is past standard support
    security_groups: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()  # it is in one of them
    network: str = ""  # "IPV4", "DUAL"

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "DBInstanceIdentifier")
        return cls.of(
            item,
            scope,
            tags=item.get("TagList"),
            id=id,
            arn=text(item, "DBInstanceArn") or arn_of(scope, "rds", f"db:{id}"),
            name=id,
            state=text(item, "DBInstanceStatus"),
            created=item.get("InstanceCreateTime"),
            engine=text(item, "Engine"),
            engine_version=text(item, "EngineVersion"),
            instance_class=text(item, "DBInstanceClass"),
            storage=allocated(item),
            storage_type=text(item, "StorageType"),
            iops=whole(item, "Iops"),
            throughput=whole(item, "StorageThroughput"),
            more_volumes=len(each(item, "AdditionalStorageVolumes")),
            license=text(item, "LicenseModel"),
            multi_az=flag(item, "MultiAZ"),
            public=flag(item, "PubliclyAccessible"),
            encrypted=flag(item, "StorageEncrypted"),
            deletion_protection=flag(item, "DeletionProtection"),
            backup_days=whole(item, "BackupRetentionPeriod"),
            cluster=text(item, "DBClusterIdentifier"),
            replica_of=text(item, "ReadReplicaSourceDBInstanceIdentifier"),
            endpoint=text(item, "Endpoint", "Address"),
            port=whole(item, "Endpoint", "Port"),
            zone=text(item, "AvailabilityZone"),
            vpc=text(item, "DBSubnetGroup", "VpcId"),
            extended_support=extended_support(item),
            security_groups=tuple(text(one, "VpcSecurityGroupId") for one in each(item, "VpcSecurityGroups")),
            subnets=tuple(text(one, "SubnetIdentifier") for one in each(item, "DBSubnetGroup", "Subnets")),
            network=text(item, "NetworkType"),
        )


def allocated(item: Item) -> int | None:
    """GiB. Aurora and its kin allocate as they need, for which RDS tells 1:
    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html
    """
    grows = text(item, "Engine").startswith(("aurora", "docdb", "neptune"))
    return None if grows else whole(item, "AllocatedStorage")


def extended_support(item: Item) -> bool | None:
    """Whether a database or cluster runs on, at extra cost, when its engine's standard support ends."""
    said = text(item, "EngineLifecycleSupport")
    return not said.endswith("-disabled") if said else None


# docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html; nothing while stopped
_AVAILABLE, _ID = where(state="available"), (("DBInstanceIdentifier", "{id}"),)
METRICS = (
    Metric("AWS/RDS", "DatabaseConnections", "Maximum", _ID, "Connections at once", "", _AVAILABLE),
    Metric("AWS/RDS", "CPUUtilization", "Maximum", _ID, "CPU, highest", "%", _AVAILABLE),
)

RESOURCE_TYPE = ResourceType(
    name="databases",
    title="Databases",
    singular="Database",
    order=60,
    model=Database,
    call=Call("rds", "describe_db_instances", "DBInstances[]", page_size=100),
    actions=("rds:DescribeDBInstances",),
    columns=(
        Column("engine", "Engine", facet=True),
        Column("engine_version", "Version", mono=True),
        Column("instance_class", "Class", mono=True, facet=True),
        Column("storage", "Storage", unit="GiB", numeric=True),
        Column("multi_az", "Multi-AZ", facet=True),
        Column("public", "Public", facet=True),
        Column("encrypted", "Encrypted"),
    ),
    console="https://{region}.console.aws.amazon.com/rds/home?region={region}#database:id={id};is-cluster=false",
    volatile=("raw.LatestRestorableTime",),
    metrics=METRICS,
    sample={
        "DBInstanceIdentifier": "orders-primary",
        "DBInstanceArn": "arn:aws:rds:us-east-1:412233445883:db:orders-primary",
        "DBInstanceClass": "db.r6g.xlarge",
        "Engine": "postgres",
        "EngineVersion": "15.7",
        "DBInstanceStatus": "available",
        "Endpoint": {"Address": "orders-primary.c1x2y3.us-east-1.rds.amazonaws.com", "Port": 5432},
        "AllocatedStorage": 500,
        "StorageType": "gp3",
        "InstanceCreateTime": "2025-06-18T14:22:10.318000+00:00",
        "AvailabilityZone": "us-east-1a",
        "MultiAZ": True,
        "PubliclyAccessible": False,
        "StorageEncrypted": True,
        "DeletionProtection": True,
        "BackupRetentionPeriod": 14,
        "EngineLifecycleSupport": "open-source-rds-extended-support",
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-01a2b3c4d5e6f7a8b", "Status": "active"}],
        "DBSubnetGroup": {
            "DBSubnetGroupName": "data",
            "VpcId": "vpc-0a1b2c3d4e5f60718",
            "Subnets": [{"SubnetIdentifier": "subnet-0d1f6a2b3c4d5e6f7", "SubnetStatus": "Active"}],
        },
        "NetworkType": "IPV4",
        "TagList": [{"Key": "Team", "Value": "checkout"}, {"Key": "Environment", "Value": "prod"}],
    },
)
