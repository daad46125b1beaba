"""Functions, containers and models of the demo estate."""

from __future__ import annotations

from collections.abc import Callable

from tooling.demo.names import Named
from tooling.demo.place import Item, Place

PURPOSES = ("webhook", "resize", "notify", "import", "cleanup", "auth")
RUNTIMES = {
    "python3.12": 30,
    "python3.11": 14,
    "nodejs20.x": 20,
    "nodejs22.x": 12,
    "python3.8": 7,
    "nodejs16.x": 5,
    "java21": 6,
}


def small(tags: list[dict[str, str]]) -> list[dict[str, str]]:
    """Tags as ECS spells them."""
    return [{"key": tag["Key"], "value": tag["Value"]} for tag in tags]


def mapped(name: Named) -> dict[str, str]:
    """Tags as API Gateway and EKS send them."""
    return {tag["Key"]: tag["Value"] for tag in name.tags}


def function(place: Place) -> Item:
    random, name = place.random, place.name
    id = f"{name.app}-{random.choice(PURPOSES)}-{place.number:03d}"
    place.will_have("loggroups", f"/aws/lambda/{id}", name=name)
    group = place.any("securitygroups") if place.often(40) else None
    network = {"SubnetIds": [place.subnet["SubnetId"]], "SecurityGroupIds": [group.id]} if group else {}
    return place.like(
        "functions",
        FunctionName=id,
        FunctionArn=place.arn("lambda", f"function:{id}"),
        Role=place.iam(f"role/{place.role('lambda')}"),
        Runtime=random.choices([*RUNTIMES], [*RUNTIMES.values()])[0],
        MemorySize=random.choice([128, 256, 256, 512, 1024, 3008]),
        Timeout=random.choice([3, 10, 30, 60, 300, 900]),
        CodeSize=random.randrange(2_000, 40_000_000),
        Description=f"Part of {name.app}",
        LastModified=place.ago(0, 800),
        Architectures=[random.choice(["arm64", "x86_64"])],
        Environment={"Variables": {"STAGE": name.environment, "LOG_LEVEL": "INFO"}},
        VpcConfig=network | {"VpcId": place.vpc} if network else None,
        Layers=[],
        Tags=name.tags,
    )


def ecs_cluster(place: Place) -> Item:
    id = f"{place.name.app}-{place.number:02d}"
    return place.like(
        "ecsclusters",
        clusterArn=place.arn("ecs", f"cluster/{id}"),
        clusterName=id,
        activeServicesCount=0,  # counted when everything stands
        runningTasksCount=0,
        tags=small(place.name.tags),
    )


def ecs_service(place: Place) -> Item:
    """A service of its cluster, behind a target group if there is one."""
    name, desired = place.name, place.random.choice([1, 2, 4])
    id, targets = f"{name.app}-{place.number:02d}", place.any("targetgroups")
    version = f"{id}:{place.random.randrange(1, 180)}"
    place.will_have("others", version, kind="ecs:task-definition/", name=name)
    behind = {"containerName": "web", "containerPort": 8080}
    return place.like(
        "ecsservices",
        serviceArn=place.arn("ecs", f"service/{place.leader.id if place.leader else 'default'}/{id}"),
        serviceName=id,
        clusterArn=place.leader.arn if place.leader else place.arn("ecs", "cluster/default"),
        loadBalancers=[behind | {"targetGroupArn": targets.arn}] if targets else [],
        desiredCount=desired,
        runningCount=desired,
        taskDefinition=place.arn("ecs", f"task-definition/{version}"),
        createdAt=place.ago(10, 700),
        tags=small(name.tags),
    )


def eks_cluster(place: Place) -> Item:
    id = f"{place.name.app}-{place.number:02d}"
    return place.like(
        "eksclusters",
        name=id,
        arn=place.arn("eks", f"cluster/{id}"),
        createdAt=place.ago(100, 900),
        version=place.random.choice(["1.29", "1.31", "1.33"]),
        roleArn=place.iam(f"role/{place.role('eks')}"),
        resourcesVpcConfig={
            "vpcId": place.vpc,
            "endpointPublicAccess": (public := place.often(40)),
            "publicAccessCidrs": ["0.0.0.0/0"] if public else [],
        },
        tags=mapped(place.name),
    )


def repository(place: Place) -> Item:
    random = place.random
    id = f"{place.name.app}/{random.choice(['web', 'worker', 'api'])}-{place.number:02d}"
    size = int(10 ** (8 + 3.2 * random.random()))
    return place.like(
        "repositories",
        repositoryArn=place.arn("ecr", f"repository/{id}"),
        repositoryName=id,
        repositoryUri=f"{place.account}.dkr.ecr.{place.region}.amazonaws.com/{id}",
        createdAt=place.ago(40, 1100),
        Images={"count": random.randrange(1, 240), "bytes": size, "lastPull": place.ago(0, 300)},
        Lifecycle=place.often(50),
        Tags=place.name.tags,
    )


def endpoint(place: Place) -> Item:
    id = f"{place.name.app}-{place.number:02d}"
    config = f"{id}-{place.random.randrange(1, 30)}"
    return place.like(
        "endpoints",
        EndpointName=id,
        EndpointArn=place.arn("sagemaker", f"endpoint/{id}"),
        CreationTime=place.ago(30, 400),
        LastModifiedTime=place.ago(1, 29),
        EndpointConfigName=place.will_have(
            "others", config, kind="sagemaker:endpoint-config/", name=place.name
        ),
        Tags=place.name.tags,
    )


def notebook(place: Place) -> Item:
    id = f"{place.name.app}-study-{place.number:02d}"
    return place.like(
        "notebooks",
        NotebookInstanceName=id,
        NotebookInstanceArn=place.arn("sagemaker", f"notebook-instance/{id}"),
        Url=f"{id}.notebook.{place.region}.sagemaker.aws",
        CreationTime=place.ago(60, 500),
        LastModifiedTime=place.ago(1, 59),
        Tags=place.name.tags,
    )


ITEMS: dict[str, Callable[[Place], Item]] = {
    "functions": function,
    "ecsclusters": ecs_cluster,
    "ecsservices": ecs_service,
    "eksclusters": eks_cluster,
    "repositories": repository,
    "endpoints": endpoint,
    "notebooks": notebook,
}
