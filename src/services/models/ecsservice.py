"""ECS services of all clusters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from services.models.base import Call, Column, Resource, ResourceType, Source
from services.models.parallel import spread
from services.models.record import model
from services.models.scope import Scope
from services.models.steps import AT_A_TIME, batches, without
from services.models.values import Item, each, required, text, texts, whole

ARNS_A_CALL = 10  # limit of DescribeServices
DROPPED = ("events", "taskSets", "deployments")  # long, and stale by the next minute


@model
class EcsService(Resource):
    cluster: str = ""
    running: int | None = None  # tasks
    desired: int | None = None
    pending: int | None = None
    launch_type: str = ""
    task_definition: str = ""
    target_groups: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        """id: cluster/service, since clusters can have services of one name."""
        arn = required(item, "serviceArn")
        cluster = text(item, "clusterArn").rpartition("/")[2]
        name = arn.rpartition("/")[2] or arn
        balancers = each(item, "loadBalancers")
        return cls.of(
            without(item, *DROPPED),
            scope,
            tags=item.get("tags"),
            id=arn.partition(":service/")[2] or name,
            arn=arn,
            name=name,
            state=text(item, "status").lower(),
            created=item.get("createdAt"),
            cluster=cluster,
            running=whole(item, "runningCount"),
            desired=whole(item, "desiredCount"),
            pending=whole(item, "pendingCount"),
            launch_type=text(item, "launchType"),
            task_definition=text(item, "taskDefinition").rpartition("/")[2],
            target_groups=tuple(filter(None, (text(one, "targetGroupArn") for one in balancers))),
        )


def services(items: list[dict[str, Any]], source: Source, scope: Scope) -> Iterable[Item]:
    """The services of the clusters, with their tags, ten at a time."""
    for found in spread(lambda item: _of_cluster(item["clusterArn"], source), items, AT_A_TIME):
        yield from found


def _of_cluster(cluster: str, source: Source) -> list[Item]:
    call = Call("ecs", "list_services", "serviceArns[]", {"cluster": cluster}, page_size=100)
    arns = [arn for page in source.pages(call) for arn in texts(page, "serviceArns")]
    found: list[Item] = []
    for some in batches(arns, ARNS_A_CALL):
        answer = source.call("ecs", "describe_services", cluster=cluster, services=some, include=["TAGS"])
        found += each(answer or {}, "services")
    return found


RESOURCE_TYPE = ResourceType(
    name="ecsservices",
    title="ECS services",
    singular="ECS service",
    order=72,
    model=EcsService,
    call=Call("ecs", "list_clusters", "clusterArns[].{clusterArn: @}", page_size=100),
    enrich=services,
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
