"""ECS clusters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from services.models.kit.base import Call, Column, Resource, ResourceType
from services.models.kit.questions import Questions
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import Items, all_told, in_batches
from services.models.kit.values import Item, required, text, texts_or_none, whole

ARNS_A_CALL = 100  # limit of DescribeClusters


@model
class EcsCluster(Resource):
    services: int | None = None
    running: int | None = None  # tasks
    pending: int | None = None
    instances: int | None = None
    providers: tuple[str, ...] | None = None

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        arn = required(item, "clusterArn")
        id = arn.rpartition("/")[2] or arn
        return cls.of(
            item,
            scope,
            tags=item.get("tags"),
            id=id,
            arn=arn,
            name=id,
            state=text(item, "status").lower(),
            services=whole(item, "activeServicesCount"),
            running=whole(item, "runningTasksCount"),
            pending=whole(item, "pendingTasksCount"),
            instances=whole(item, "registeredContainerInstancesCount"),
            providers=texts_or_none(item, "capacityProviders"),
        )


def describe(items: Items, questions: Questions) -> Iterable[Item]:
    """What is known of the clusters, with their tags."""
    arns = [item["clusterArn"] for item in items]
    answer = questions.call("ecs", "describe_clusters", clusters=arns, include=["TAGS"])
    return all_told(items, answer, "clusters", "clusterArn", questions, ("ecs", "describe_clusters"))


RESOURCE_TYPE = ResourceType(
    name="ecsclusters",
    title="ECS clusters",
    singular="ECS cluster",
    order=71,
    model=EcsCluster,
    call=Call("ecs", "list_clusters", "clusterArns[].{clusterArn: @}", page_size=100),
    enrich=in_batches(ARNS_A_CALL, describe),
    actions=("ecs:ListClusters", "ecs:DescribeClusters"),
    columns=(
        Column("services", "Services", numeric=True),
        Column("running", "Running tasks", numeric=True),
        Column("pending", "Pending tasks", numeric=True),
        Column("instances", "Instances", numeric=True),
    ),
    console="https://{region}.console.aws.amazon.com/ecs/v2/clusters/{id}/services?region={region}",
    volatile=("running", "pending", "instances"),
    sample={
        "clusterArn": "arn:aws:ecs:us-east-1:412233445883:cluster/storefront",
        "clusterName": "storefront",
        "status": "ACTIVE",
        "registeredContainerInstancesCount": 0,
        "runningTasksCount": 14,
        "pendingTasksCount": 0,
        "activeServicesCount": 5,
        "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
        "tags": [{"key": "Team", "value": "web"}],
    },
)
