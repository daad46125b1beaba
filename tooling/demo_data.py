"""Databases, caches, streams and file systems of the demo estate."""

from __future__ import annotations

from collections.abc import Callable

from tooling.demo_place import HOURS, Made, Place, sample_with


def db_cluster(place: Place) -> Made:
    name = place.named()
    id = f"{name.app}-aurora-{place.number:02d}"
    engine, version = place.random.choice([("aurora-postgresql", "15.4"), ("aurora-mysql", "5.7.12")])
    item = sample_with(
        "dbclusters",
        DBClusterIdentifier=id,
        DBClusterArn=place.arn("rds", f"cluster:{id}"),
        Engine=engine,
        EngineVersion=version,
        Endpoint=f"{id}.cluster-c1x2y3.{place.region}.rds.amazonaws.com",
        ClusterCreateTime=place.ago(30, 1200),
        DBClusterMembers=[{"DBInstanceIdentifier": f"{id}-1", "IsClusterWriter": True}],
        StorageEncrypted=place.often(85),
        TagList=name.tags,
    )
    return item, None


def db_snapshot(place: Place) -> Made:
    name = place.named()
    source = f"{name.app}-{name.environment}-{place.number:02d}"
    id = f"{source}-final" if place.often(40) else f"rds:{source}-2026-11-{place.random.randrange(10, 20)}"
    item = sample_with(
        "dbsnapshots",
        DBSnapshotIdentifier=id,
        DBSnapshotArn=place.arn("rds", f"snapshot:{id}"),
        DBInstanceIdentifier=source,
        SnapshotCreateTime=place.ago(1, 30) if id.startswith("rds:") else place.ago(60, 900),
        SnapshotType="automated" if id.startswith("rds:") else "manual",
        AllocatedStorage=place.random.choice([20, 100, 500]),
        Encrypted=place.often(80),
        TagList=name.tags,
    )
    return item, None


def table(place: Place) -> Made:
    random, name = place.random, place.named()
    id = f"{name.app}-{random.choice(['sessions', 'events', 'carts', 'locks'])}-{place.number:02d}"
    size, units = int(10 ** random.uniform(4, 10.8)), random.choice([5, 25, 100, 400])
    item = sample_with(
        "tables",
        TableName=id,
        TableArn=place.arn("dynamodb", f"table/{id}"),
        CreationDateTime=place.ago(20, 1300),
        TableSizeBytes=size,
        ItemCount=size // 900,
        ProvisionedThroughput={"ReadCapacityUnits": units, "WriteCapacityUnits": units},
        GlobalSecondaryIndexes=[],
        Autoscaled=place.often(40),
        Tags=name.tags,
    )
    if place.often(55):
        item["BillingModeSummary"] = {"BillingMode": "PAY_PER_REQUEST"}
        item["ProvisionedThroughput"] = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
        return item, None
    return item, units * (0.00065 + 0.00013) * HOURS


def cache_cluster(place: Place) -> Made:
    name = place.named()
    size, price = place.random.choice([("cache.t4g.small", 0.032), ("cache.r7g.large", 0.219)])
    id = f"{name.app}-cache-{place.number:03d}"
    item = sample_with(
        "cacheclusters",
        CacheClusterId=id,
        ARN=place.arn("elasticache", f"cluster:{id}"),
        CacheNodeType=size,
        PreferredAvailabilityZone=f"{place.region}a",
        CacheClusterCreateTime=place.ago(20, 900),
        ReplicationGroupId=f"{name.app}-cache",
        AtRestEncryptionEnabled=place.often(80),
        Tags=name.tags,
    )
    return item, price * HOURS


def cache_group(place: Place) -> Made:
    name = place.named()
    id = f"{name.app}-cache"
    item = sample_with(
        "cachegroups",
        ReplicationGroupId=id,
        ARN=place.arn("elasticache", f"replicationgroup:{id}"),
        Description=f"Cache of {name.app}",
        ReplicationGroupCreateTime=place.ago(20, 900),
        MemberClusters=[f"{id}-001", f"{id}-002"],
        AtRestEncryptionEnabled=place.often(80),
        Tags=name.tags,
    )
    return item, 0.0  # its nodes cost, and are listed by themselves


def serverless_cache(place: Place) -> Made:
    name = place.named()
    id = f"{name.app}-serverless-{place.number:02d}"
    item = sample_with(
        "serverlesscaches",
        ServerlessCacheName=id,
        ARN=place.arn("elasticache", f"serverlesscache:{id}"),
        Description=f"Cache of {name.app}",
        CreateTime=place.ago(20, 400),
        Endpoint={"Address": f"{id}-x1y2z3.serverless.cache.amazonaws.com", "Port": 6379},
        Tags=name.tags,
    )
    return item, None


def search_domain(place: Place) -> Made:
    name = place.named()
    id = f"{name.app}-{place.number:02d}"
    item = sample_with(
        "searchdomains",
        DomainId=f"{place.account}/{id}",
        DomainName=id,
        ARN=place.arn("es", f"domain/{id}"),
        Endpoints={"vpc": f"vpc-{id}-x1y2z3.{place.region}.es.amazonaws.com"},
        Tags=name.tags,
    )
    return item, 0.167 * 3 * HOURS


def redshift_cluster(place: Place) -> Made:
    name = place.named()
    id = f"{name.app}-dw-{place.number:02d}"
    item = sample_with(
        "redshiftclusters",
        ClusterIdentifier=id,
        Endpoint={"Address": f"{id}.c1x2y3.{place.region}.redshift.amazonaws.com", "Port": 5439},
        ClusterCreateTime=place.ago(100, 900),
        Tags=name.tags,
    )
    return item, 1.086 * 2 * HOURS


def file_system(place: Place) -> Made:
    name, id = place.named(), place.id("fs")
    size = int(10 ** place.random.uniform(8, 11.6))
    item = sample_with(
        "filesystems",
        FileSystemId=id,
        FileSystemArn=place.arn("elasticfilesystem", f"file-system/{id}"),
        Name=name.name,
        OwnerId=place.account,
        CreationTime=place.ago(50, 900),
        SizeInBytes={"Value": size},
        Encrypted=place.often(85),
        Tags=name.tags,
    )
    return item, size / 2**30 * 0.30


def stream(place: Place) -> Made:
    name, shards = place.named(), place.random.choice([1, 2, 8])
    id = f"{name.app}-events-{place.number:02d}"
    item = sample_with(
        "streams",
        StreamName=id,
        StreamARN=place.arn("kinesis", f"stream/{id}"),
        StreamCreationTimestamp=place.ago(30, 700),
        OpenShardCount=shards,
        Tags=name.tags,
    )
    return item, 0.015 * HOURS * shards


ITEMS: dict[str, Callable[[Place], Made]] = {
    "dbclusters": db_cluster,
    "dbsnapshots": db_snapshot,
    "tables": table,
    "cacheclusters": cache_cluster,
    "cachegroups": cache_group,
    "serverlesscaches": serverless_cache,
    "searchdomains": search_domain,
    "redshiftclusters": redshift_cluster,
    "filesystems": file_system,
    "streams": stream,
}
