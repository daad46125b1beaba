"""ECS services of all clusters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from services.models.kit.base import Call, Column, Resource, ResourceType
from services.models.kit.lost import Part
from services.models.kit.questions import Questions
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import Items, all_told, chain, expanded, in_batches, without
from services.models.kit.values import Item, each, required, text, told, whole

ARNS_A_CALL = 10  # limit of DescribeServices
DESCRIBED = "status"  # what a service's description always has
FARGATE = {"FARGATE", "FARGATE_SPOT"}
DROPPED = ("events", "taskSets", "deployments")  # long, and stale by the next minute


@model
class EcsService(Resource):
    cluster: str = ""
    running: int | None = None  # tasks
    desired: int | None = None
    pending: int | None = None
    launch_type: str | None = None
    providers: tuple[str, ...] | None = None  # capacity providers
    task_definition: str | None = None
    target_groups: tuple[str, ...] | None = None

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        """id: cluster/service, since clusters can have services of one name."""
        arn = required(item, "serviceArn")
        cluster = text(item, "clusterArn").rpartition("/")[2]
        name = arn.rpartition("/")[2] or arn
        return cls.of(
            without(item, *DROPPED),
            scope,
            tags=item.get("tags"),
            id=f"{cluster}/{name}" if cluster else arn.partition(":service/")[2] or name,
            arn=arn,
            name=name,
            state=text(item, "status").lower(),
            created=item.get("createdAt"),
            cluster=cluster,
            running=whole(item, "runningCount"),
            desired=whole(item, "desiredCount"),
            pending=whole(item, "pendingCount"),
            launch_type=_launch_type(item),
            providers=_providers(item),
            task_definition=_task_definition(item),
            target_groups=_target_groups(item),
        )


def _providers(item: Item) -> tuple[str, ...] | None:
    if DESCRIBED not in item:
        return None
    return tuple(text(one, "capacityProvider") for one in each(item, "capacityProviderStrategy"))


def _launch_type(item: Item) -> str | None:
    """AWS does not tell it under capacity providers, of which only Fargate's two say it by their names."""
    told_type = told(item, "launchType")
    providers = _providers(item)
    if told_type or not providers:
        return told_type
    return "FARGATE" if set(providers) <= FARGATE else None


def _task_definition(item: Item) -> str | None:
    definition = told(item, "taskDefinition")
    return None if definition is None else definition.rpartition("/")[2]


def _target_groups(item: Item) -> tuple[str, ...] | None:
    if DESCRIBED not in item:
        return None
    balancers = each(item, "loadBalancers")
    return tuple(filter(None, (text(one, "targetGroupArn") for one in balancers)))


def services(item: dict[str, Any], questions: Questions) -> Iterable[Item]:
    """The services of the cluster, by name."""
    cluster = item["clusterArn"]
    call = Call("ecs", "list_services", "serviceArns[]", {"cluster": cluster}, page_size=100)
    arns = questions.listed(call, part=Part("cluster", cluster.rpartition("/")[2])) or ()
    return [{"serviceArn": arn, "clusterArn": cluster} for arn in arns if isinstance(arn, str)]


def describe(items: Items, questions: Questions) -> Iterable[Item]:
    """What is known of services of one cluster, with their tags."""
    arns = [item["serviceArn"] for item in items]
    parameters = {"cluster": items[0]["clusterArn"], "services": arns, "include": ["TAGS"]}
    answer = questions.call("ecs", "describe_services", **parameters)
    return all_told(items, answer, "services", "serviceArn", questions, ("ecs", "describe_services"))


RESOURCE_TYPE = ResourceType(
    name="ecsservices",
    title="ECS services",
    singular="ECS service",
    order=72,
    model=EcsService,
    call=Call("ecs", "list_clusters", "clusterArns[].{clusterArn: @}", page_size=100),
    enrich=chain(expanded(services), in_batches(ARNS_A_CALL, describe, by="clusterArn")),
    actions=("ecs:ListClusters", "ecs:ListServices", "ecs:DescribeServices"),
    columns=(
        Column("cluster", "Cluster", mono=True, facet=True),
        Column("running", "Running", numeric=True),
        Column("desired", "Desired", numeric=True),
        Column("pending", "Pending", numeric=True),
        Column("launch_type", "Launch type", facet=True),
        Column("task_definition", "Task definition", mono=True),
    ),
    console="https://{region}.console.aws.amazon.com/ecs/v2/clusters?region={region}#{id}",
    volatile=("running", "pending"),
    sample={
        "serviceArn": "arn:aws:ecs:us-east-1:412233445883:service/storefront/web",
        "serviceName": "web",
        "clusterArn": "arn:aws:ecs:us-east-1:412233445883:cluster/storefront",
        "loadBalancers": [
            {
                "targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:412233445883:"
                "targetgroup/storefront-web/6d0ecf831eec9f09",
                "containerName": "web",
                "containerPort": 8080,
            }
        ],
        "status": "ACTIVE",
        "desiredCount": 4,
        "runningCount": 4,
        "pendingCount": 0,
        "launchType": "FARGATE",
        "platformVersion": "LATEST",
        "taskDefinition": "arn:aws:ecs:us-east-1:412233445883:task-definition/storefront-web:118",
        "createdAt": "2025-07-14T09:31:22.004000+00:00",
        "tags": [{"key": "Team", "value": "web"}],
    },
)
