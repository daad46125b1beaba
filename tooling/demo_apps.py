"""Containers, APIs, models and their messages of the demo estate."""

from __future__ import annotations

from collections.abc import Callable

from tooling.demo_names import Named
from tooling.demo_place import HOURS, Made, Place, sample_with


def small(tags: list[dict[str, str]]) -> list[dict[str, str]]:
    """Tags as ECS spells them."""
    return [{"key": tag["Key"], "value": tag["Value"]} for tag in tags]


def mapped(name: Named) -> dict[str, str]:
    """Tags as API Gateway and EKS send them."""
    return {tag["Key"]: tag["Value"] for tag in name.tags}


def image(place: Place) -> Made:
    name = place.named()
    item = sample_with(
        "images",
        ImageId=place.id("ami"),
        Name=f"{name.name}-{place.number:03d}",
        OwnerId=place.account,
        CreationDate=place.ago(10, 900),
        LastLaunchedTime=place.ago(1, 400),
        Public=place.often(3),
        BlockDeviceMappings=[
            {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": place.id("snap"), "VolumeSize": 30}}
        ],
        Description=f"Base of {name.app}",
        Tags=name.tags,
    )
    return item, None


def auto_scaling_group(place: Place) -> Made:
    name, desired = place.named(), place.random.choice([1, 2, 3, 6])
    id = f"{name.app}-{name.environment}-{place.number:02d}"
    path = f"autoScalingGroup:{place.random.getrandbits(64):016x}:autoScalingGroupName/{id}"
    healthy = {"HealthStatus": "Healthy", "LifecycleState": "InService"}
    item = sample_with(
        "autoscalinggroups",
        AutoScalingGroupName=id,
        AutoScalingGroupARN=place.arn("autoscaling", path),
        LaunchTemplate={"LaunchTemplateName": name.app, "Version": "$Latest"},
        MinSize=1,
        MaxSize=desired * 3,
        DesiredCapacity=desired,
        Instances=[healthy | {"InstanceId": place.any("instance")} for _ in range(desired)],
        CreatedTime=place.ago(20, 900),
        Tags=name.tags,
    )
    return item, 0.0


def ecs_cluster(place: Place) -> Made:
    name = place.named()
    id = place.remember("ecs", f"{name.app}-{place.number:02d}")
    item = sample_with(
        "ecsclusters", clusterArn=place.arn("ecs", f"cluster/{id}"), clusterName=id, tags=small(name.tags)
    )
    return item, 0.0


def ecs_service(place: Place) -> Made:
    name, desired = place.named(), place.random.choice([1, 2, 4])
    cluster, id = place.any("ecs"), f"{name.app}-{place.number:02d}"
    item = sample_with(
        "ecsservices",
        serviceArn=place.arn("ecs", f"service/{cluster}/{id}"),
        serviceName=id,
        clusterArn=place.arn("ecs", f"cluster/{cluster}"),
        desiredCount=desired,
        runningCount=desired,
        taskDefinition=place.arn("ecs", f"task-definition/{id}:{place.random.randrange(1, 180)}"),
        createdAt=place.ago(10, 700),
        tags=small(name.tags),
    )
    return item, 0.0493 * HOURS * desired  # 1 vCPU and 2 GB on Fargate


def eks_cluster(place: Place) -> Made:
    name = place.named()
    id, version = f"{name.app}-{place.number:02d}", place.random.choice(["1.29", "1.31", "1.33"])
    item = sample_with(
        "eksclusters",
        name=id,
        arn=place.arn("eks", f"cluster/{id}"),
        createdAt=place.ago(100, 900),
        version=version,
        resourcesVpcConfig={"vpcId": place.any("vpc"), "endpointPublicAccess": place.often(40)},
        tags=mapped(name),
    )
    return item, (0.60 if version == "1.29" else 0.10) * HOURS


def repository(place: Place) -> Made:
    random, name = place.random, place.named()
    id, size = f"{name.app}/{random.choice(['web', 'worker', 'api'])}-{place.number:02d}", random.random()
    size = int(10 ** (8 + 3.2 * size))
    item = sample_with(
        "repositories",
        repositoryArn=place.arn("ecr", f"repository/{id}"),
        registryId=place.account,
        repositoryName=id,
        repositoryUri=f"{place.account}.dkr.ecr.{place.region}.amazonaws.com/{id}",
        createdAt=place.ago(40, 1100),
        Images={"count": random.randrange(1, 240), "bytes": size, "lastPull": place.ago(0, 300)},
        Lifecycle=place.often(50),
        Tags=name.tags,
    )
    return item, size / 2**30 * 0.10


def state_machine(place: Place) -> Made:
    name = place.named()
    id = f"{name.app}-flow-{place.number:02d}"
    item = sample_with(
        "statemachines",
        stateMachineArn=place.arn("states", f"stateMachine:{id}"),
        name=id,
        creationDate=place.ago(20, 800),
        Tags=name.tags,
    )
    return item, None


def endpoint(place: Place) -> Made:
    name = place.named()
    id = f"{name.app}-{place.number:02d}"
    item = sample_with(
        "endpoints",
        EndpointName=id,
        EndpointArn=place.arn("sagemaker", f"endpoint/{id}"),
        CreationTime=place.ago(10, 400),
        EndpointConfigName=f"{id}-{place.random.randrange(1, 30)}",
        Tags=name.tags,
    )
    return item, 1.408 * 2 * HOURS


def notebook(place: Place) -> Made:
    name = place.named()
    id = f"{name.app}-study-{place.number:02d}"
    item = sample_with(
        "notebooks",
        NotebookInstanceName=id,
        NotebookInstanceArn=place.arn("sagemaker", f"notebook-instance/{id}"),
        Url=f"{id}.notebook.{place.region}.sagemaker.aws",
        CreationTime=place.ago(60, 500),
        Tags=name.tags,
    )
    return item, 0.20 * HOURS


def rest_api(place: Place) -> Made:
    name = place.named()
    item = sample_with(
        "restapis",
        id=f"{place.random.getrandbits(40):010x}",
        name=f"{name.app}-api",
        description=f"API of {name.app}",
        createdDate=place.ago(30, 1300),
        tags=mapped(name),
    )
    return item, None


def http_api(place: Place) -> Made:
    name, id = place.named(), f"{place.random.getrandbits(40):010x}"
    item = sample_with(
        "httpapis",
        ApiId=id,
        Name=f"{name.app}-hooks",
        ApiEndpoint=f"https://{id}.execute-api.{place.region}.amazonaws.com",
        CreatedDate=place.ago(30, 900),
        Tags=mapped(name),
    )
    return item, None


def queue(place: Place) -> Made:
    random, name = place.random, place.named()
    dead = place.often(20)
    id = f"{name.app}-{'dead' if dead else 'jobs'}-{place.number:02d}"
    item = sample_with(
        "queues",
        QueueUrl=f"https://sqs.{place.region}.amazonaws.com/{place.account}/{id}",
        QueueArn=place.arn("sqs", id),
        ApproximateNumberOfMessages=str(random.choice([0, 0, 3, 12, 1840])),
        CreatedTimestamp=str(int(place.now.timestamp()) - random.randrange(86_400, 90_000_000)),
        RedrivePolicy=f'{{"deadLetterTargetArn":"{place.arn("sqs", f"{name.app}-dead")}"}}',
        Tags=name.tags,
    )
    if dead:
        del item["RedrivePolicy"]
    return item, None


def topic(place: Place) -> Made:
    name = place.named()
    item = sample_with(
        "topics",
        TopicArn=place.arn("sns", f"{name.app}-alarms-{place.number:02d}"),
        Owner=place.account,
        SubscriptionsConfirmed=str(place.random.choice([0, 1, 4])),
        Tags=name.tags,
    )
    return item, None


def stack(place: Place) -> Made:
    random, name = place.random, place.named()
    states = ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "ROLLBACK_COMPLETE"]
    id = f"{name.app}-{name.environment}-{place.number:02d}"
    item = sample_with(
        "stacks",
        StackId=place.arn("cloudformation", f"stack/{id}/{random.getrandbits(64):016x}"),
        StackName=id,
        Description=f"Everything of {name.app}",
        CreationTime=place.ago(60, 1200),
        LastUpdatedTime=place.ago(1, 60),
        StackStatus=random.choices(states, [4, 6, 1, 1])[0],
        Tags=name.tags,
    )
    return item, 0.0


def other(place: Place) -> Made:
    name = place.named()
    kind = place.random.choice([("backup", "backup-vault:"), ("glue", "job/"), ("ssm", "parameter/")])
    id = f"{kind[1]}{name.app}-{place.number:02d}"
    return sample_with("others", ResourceARN=place.arn(kind[0], id), Tags=name.tags), None


ITEMS: dict[str, Callable[[Place], Made]] = {
    "images": image,
    "autoscalinggroups": auto_scaling_group,
    "ecsclusters": ecs_cluster,
    "ecsservices": ecs_service,
    "eksclusters": eks_cluster,
    "repositories": repository,
    "statemachines": state_machine,
    "endpoints": endpoint,
    "notebooks": notebook,
    "restapis": rest_api,
    "httpapis": http_api,
    "queues": queue,
    "topics": topic,
    "stacks": stack,
    "others": other,
}
