"""Databases, caches, streams, buckets and file systems of the demo estate."""

from __future__ import annotations

from collections.abc import Callable

from tooling.demo.place import Item, Place

AURORA = (("aurora-postgresql", "15.4"), ("aurora-mysql", "5.7.12"))
ENGINES = (
    ("postgres", "15.7"),
    ("postgres", "16.3"),
    ("mysql", "8.0.36"),
    ("mysql", "5.7.44"),
    ("mariadb", "10.11.6"),
)
CLASSES = ("db.m5.large", "db.r6i.2xlarge", "db.m7g.large", "db.t3.medium")
FLAGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def bucket(place: Place) -> Item:
    random = place.random
    id = f"{place.name.app}-{random.choice(['assets', 'exports', 'raw', 'backups', 'logs', 'models'])}"
    id += f"-{place.account_name}-{place.number:03d}"
    public, denied = place.often(5), place.often(6)
    return place.like(
        "buckets",
        Name=id,
        CreationDate=place.ago(20, 2200),
        BucketRegion=place.region,
        BucketArn=f"arn:aws:s3:::{id}",
        PublicAccessBlock={"PublicAccessBlockConfiguration": dict.fromkeys(FLAGS, not public)},
        PolicyStatus=None if denied else {"PolicyStatus": {"IsPublic": public}},
        Denied=["s3:GetBucketPolicyStatus"] if denied else None,
        Lifecycle={"Rules": [{"ID": "to-glacier", "Status": "Enabled"}] if place.often(55) else []},
        Versioning={"Status": "Enabled"} if place.often(60) else {},
        Tagging={"TagSet": place.name.tags},
    )


def db_cluster(place: Place) -> Item:
    id = f"{place.name.app}-aurora-{place.number:02d}"
    engine, version = place.random.choice(AURORA)
    member = place.will_have("databases", f"{id}-1", cluster=id, engine=(engine, version), name=place.name)
    return place.like(
        "dbclusters",
        DBClusterIdentifier=id,
        DBClusterArn=place.arn("rds", f"cluster:{id}"),
        Engine=engine,
        EngineVersion=version,
        Endpoint=f"{id}.cluster-c1x2y3.{place.region}.rds.amazonaws.com",
        ClusterCreateTime=place.ago(30, 1200),
        DBClusterMembers=[{"DBInstanceIdentifier": member, "IsClusterWriter": True}],
        StorageEncrypted=place.often(85),
        TagList=place.name.tags,
    )


def database(place: Place) -> Item:
    name, cluster = place.promised("name", place.name), place.promised("cluster")
    engine, version = place.promised("engine") or place.random.choice(ENGINES)
    id = place.promise.id if place.promise else f"{name.app}-{name.environment}-db-{place.number:02d}"
    port = 5432 if "postgres" in engine else 3306
    return place.like(
        "databases",
        DBInstanceIdentifier=id,
        DBInstanceArn=place.arn("rds", f"db:{id}"),
        DBInstanceClass="db.r6g.large" if cluster else place.random.choice(CLASSES),
        DBClusterIdentifier=cluster,
        Engine=engine,
        EngineVersion=version,
        DBInstanceStatus="stopped" if place.often(7) else "available",
        Endpoint={"Address": f"{id}.c1x2y3.{place.region}.rds.amazonaws.com", "Port": port},
        AllocatedStorage=1 if cluster else place.random.choice([20, 100, 500, 2000]),
        StorageType="aurora" if cluster else "gp3",
        InstanceCreateTime=place.ago(10, 1500),
        MultiAZ=not cluster and place.often(45),
        PubliclyAccessible=place.often(6),
        StorageEncrypted=place.often(85),
        TagList=name.tags,
    )


def db_snapshot(place: Place) -> Item:
    """Of a database, or what is left of one that is gone."""
    final = place.number % 5 in (1, 3) or place.leader is None
    source = place.leader.item if place.leader else {}
    id = f"{place.name.app}-{place.number:02d}" if final else source["DBInstanceIdentifier"]
    made = place.ago(60, 900) if final else place.ago(1, 30)
    whole = f"{id}-final" if final else f"rds:{id}-{made[:10]}-03-10"
    return place.like(
        "dbsnapshots",
        DBSnapshotIdentifier=whole,
        DBSnapshotArn=place.arn("rds", f"snapshot:{whole}"),
        DBInstanceIdentifier=id,
        SnapshotCreateTime=made,
        SnapshotType="manual" if final else "automated",
        Engine=source.get("Engine", "postgres"),
        EngineVersion=source.get("EngineVersion", "15.7"),
        AllocatedStorage=source.get("AllocatedStorage", 100),
        Encrypted=place.often(80),
        TagList=place.name.tags,
    )


def table(place: Place) -> Item:
    random = place.random
    id = f"{place.name.app}-{random.choice(['sessions', 'events', 'carts', 'locks'])}-{place.number:02d}"
    size, units = int(10 ** random.uniform(4, 10.8)), random.choice([5, 25, 100, 400])
    on_demand = place.often(55)
    units = 0 if on_demand else units
    return place.like(
        "tables",
        TableName=id,
        TableArn=place.arn("dynamodb", f"table/{id}"),
        CreationDateTime=place.ago(20, 1300),
        TableSizeBytes=size,
        ItemCount=size // 900,
        BillingModeSummary={"BillingMode": "PAY_PER_REQUEST"} if on_demand else None,
        ProvisionedThroughput={"ReadCapacityUnits": units, "WriteCapacityUnits": units},
        GlobalSecondaryIndexes=[],
        ScaledRead=(scaled := place.often(40)),
        ScaledWrite=scaled,
        Tags=place.name.tags,
    )


def cache_group(place: Place) -> Item:
    id, size = f"{place.name.app}-cache-{place.number:02d}", "cache.r6g.large"
    members = [
        place.will_have("cacheclusters", f"{id}-{number:03d}", group=id, size=size) for number in (1, 2)
    ]
    return place.like(
        "cachegroups",
        ReplicationGroupId=id,
        ARN=place.arn("elasticache", f"replicationgroup:{id}"),
        Description=f"Cache of {place.name.app}",
        CacheNodeType=size,
        ReplicationGroupCreateTime=place.ago(20, 900),
        MemberClusters=members,
        AtRestEncryptionEnabled=place.often(80),
        Tags=place.name.tags,
    )


def cache_cluster(place: Place) -> Item:
    """A node of a replication group, or a cluster of its own."""
    id = place.promise.id if place.promise else f"{place.name.app}-memcached-{place.number:03d}"
    return place.like(
        "cacheclusters",
        CacheClusterId=id,
        ARN=place.arn("elasticache", f"cluster:{id}"),
        CacheNodeType=place.promised("size", "cache.t4g.small"),
        Engine="redis" if place.promise else "memcached",
        PreferredAvailabilityZone=f"{place.region}a",
        CacheClusterCreateTime=place.ago(20, 900),
        ReplicationGroupId=place.promised("group"),
        AtRestEncryptionEnabled=place.often(80),
        Tags=place.name.tags,
    )


def stream(place: Place) -> Item:
    id = f"{place.name.app}-events-{place.number:02d}"
    return place.like(
        "streams",
        StreamName=id,
        StreamARN=place.arn("kinesis", f"stream/{id}"),
        StreamCreationTimestamp=place.ago(30, 700),
        OpenShardCount=place.random.choice([1, 2, 8]),
        Tags=place.name.tags,
    )


ITEMS: dict[str, Callable[[Place], Item]] = {
    "buckets": bucket,
    "dbclusters": db_cluster,
    "databases": database,
    "dbsnapshots": db_snapshot,
    "tables": table,
    "cachegroups": cache_group,
    "cacheclusters": cache_cluster,
    "streams": stream,
}
