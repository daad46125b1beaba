"""Items of the demo estate as AWS would send them, with what they would cost (USD a month, None: unknown)."""

from __future__ import annotations

from collections.abc import Callable

from tooling import demo_apps, demo_data, demo_network, demo_security
from tooling.demo_compute import address, instance, snapshot, volume
from tooling.demo_names import INSTANCE_PRICES
from tooling.demo_place import HOURS, Made, Place, sample_with

BYTES_A_DOCUMENT = 7_108  # vectors and all, as in the sample of Marqo indexes
PURPOSES = ("webhook", "resize", "notify", "import", "cleanup", "auth")


def bucket(place: Place) -> Made:
    random, name = place.random, place.named()
    id = f"{name.app}-{random.choice(['assets', 'exports', 'raw', 'backups', 'logs', 'models'])}"
    id += f"-{place.account_name}-{place.number:03d}"
    public = place.often(5)
    flags = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    item = sample_with(
        "buckets",
        Name=id,
        CreationDate=place.ago(20, 2200),
        BucketRegion=place.region,
        BucketArn=f"arn:aws:s3:::{id}",
        PublicAccessBlock={"PublicAccessBlockConfiguration": dict.fromkeys(flags, not public)},
        PolicyStatus=None if place.often(6) else {"PolicyStatus": {"IsPublic": public}},
        Lifecycle={"Rules": [{"ID": "to-glacier", "Status": "Enabled"}] if place.often(55) else []},
        Versioning={"Status": "Enabled"} if place.often(60) else {},
        Tagging={"TagSet": name.tags},
    )
    if item["PolicyStatus"] is None:
        item["Denied"] = ["s3:GetBucketPolicyStatus"]
    return item, None


def database(place: Place) -> Made:
    random, name = place.random, place.named()
    engine, version = random.choice(
        [
            ("postgres", "15.7"),
            ("postgres", "16.3"),
            ("mysql", "8.0.36"),
            ("mysql", "5.7.44"),
            ("mariadb", "10.11.6"),
        ]
    )
    size = random.choice(["m5.large", "r6i.2xlarge", "m7g.large", "t3.medium"])
    id, storage, twice = (
        f"{name.app}-{name.environment}-{place.number:02d}",
        random.choice([20, 100, 500, 2000]),
        place.often(45),
    )
    item = sample_with(
        "databases",
        DBInstanceIdentifier=id,
        DBInstanceArn=place.arn("rds", f"db:{id}"),
        DBInstanceClass=f"db.{size}",
        Engine=engine,
        EngineVersion=version,
        DBInstanceStatus="stopped" if place.often(7) else "available",
        Endpoint={"Address": f"{id}.c1x2y3.{place.region}.rds.amazonaws.com", "Port": 5432},
        AllocatedStorage=storage,
        InstanceCreateTime=place.ago(10, 1500),
        MultiAZ=twice,
        PubliclyAccessible=place.often(6),
        StorageEncrypted=place.often(85),
        TagList=name.tags,
    )
    return item, ((INSTANCE_PRICES[size][0] or 0) * 1.7 * HOURS + storage * 0.115) * (2 if twice else 1)


def function(place: Place) -> Made:
    random, name = place.random, place.named()
    id = f"{name.app}-{random.choice(PURPOSES)}-{place.number:03d}"
    runtimes = ["python3.12", "python3.11", "nodejs20.x", "nodejs22.x", "python3.8", "nodejs16.x", "java21"]
    item = sample_with(
        "functions",
        FunctionName=id,
        FunctionArn=place.arn("lambda", f"function:{id}"),
        Role=f"arn:aws:iam::{place.account}:role/{id}",
        Runtime=random.choices(runtimes, [30, 14, 20, 12, 7, 5, 6])[0],
        MemorySize=random.choice([128, 256, 256, 512, 1024, 3008]),
        Timeout=random.choice([3, 10, 30, 60, 300, 900]),
        CodeSize=random.randrange(2_000, 40_000_000),
        LastModified=place.ago(0, 800),
        Architectures=[random.choice(["arm64", "x86_64"])],
        Environment={"Variables": {"STAGE": name.environment, "LOG_LEVEL": "INFO"}},
        Layers=[],
        Tags=name.tags,
    )
    return item, None


def load_balancer(place: Place) -> Made:
    random, name = place.random, place.named()
    kind, path = random.choices([("application", "app"), ("network", "net")], [7, 3])[0]
    id = f"{name.app}-{name.environment}-{place.number:02d}"
    item = sample_with(
        "loadbalancers",
        LoadBalancerArn=place.arn(
            "elasticloadbalancing", f"loadbalancer/{path}/{id}/{random.getrandbits(64):016x}"
        ),
        LoadBalancerName=id,
        DNSName=f"{id}-{random.randrange(10**9)}.{place.region}.elb.amazonaws.com",
        CreatedTime=place.ago(5, 1200),
        Scheme=random.choices(["internet-facing", "internal"], [6, 4])[0],
        Type=kind,
        Tags=name.tags,
    )
    return item, 0.0225 * HOURS


def log_group(place: Place) -> Made:
    random, name = place.random, place.named()
    id = f"/{random.choice(['aws/lambda', 'ecs', 'app', 'aws/rds'])}/{name.app}-{place.number:03d}"
    stored = int(10 ** random.uniform(4, 11.4))
    item = sample_with(
        "loggroups",
        logGroupName=id,
        creationTime=int(place.now.timestamp() * 1000) - random.randrange(86_400_000, 90_000_000_000),
        arn=place.arn("logs", f"log-group:{id}:*"),
        storedBytes=stored,
        retentionInDays=random.choice([14, 30, 90, 365]),
        Tags=name.tags,
    )
    if place.often(40):
        del item["retentionInDays"]
    return item, stored / 2**30 * 0.03


def marqo_index(place: Place) -> Made:
    random = place.random
    item = sample_with(
        "marqoindexes",
        indexName=f"{random.choice(['product', 'image', 'support', 'listing'])}-search-{place.number:02d}",
        Created=place.ago(20, 400),
        indexStatus="READY",
        storageClass=random.choices(["marqo.basic", "marqo.balanced", "marqo.performance"], [6, 3, 1])[0],
        numberOfShards=random.choice([1, 1, 2, 4]),
        numberOfReplicas=random.choice([0, 0, 1]),
        numberOfInferences=random.choice([0, 0, 1]),
    )
    documents = random.choice([0, 20_000, 184_033, 1_284_033])
    item["docs.count"], item["store.size"] = str(documents), str(documents * BYTES_A_DOCUMENT)
    return item, None


ITEMS: dict[str, Callable[[Place], Made]] = {
    "instances": instance,
    "volumes": volume,
    "snapshots": snapshot,
    "addresses": address,
    "buckets": bucket,
    "databases": database,
    "functions": function,
    "loadbalancers": load_balancer,
    "loggroups": log_group,
    "marqoindexes": marqo_index,
    **demo_network.ITEMS,
    **demo_data.ITEMS,
    **demo_apps.ITEMS,
    **demo_security.ITEMS,
}
