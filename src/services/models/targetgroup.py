"""Target groups, with how many of their targets are healthy."""

from __future__ import annotations

from collections import Counter
from typing import Any, Self

from services.models.kit import tagging
from services.models.kit.base import Call, Column, Resource, ResourceType
from services.models.kit.questions import Questions
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import chain, for_each
from services.models.kit.values import Item, each, required, text, texts, whole


@model
class TargetGroup(Resource):
    """healthy, unhealthy: None when AWS was not asked. The API does not tell how old a group is."""

    kind: str = ""
    protocol: str = ""
    port: int | None = None
    targets: int | None = None
    healthy: int | None = None
    unhealthy: int | None = None
    vpc: str = ""
    load_balancers: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        arn = required(item, "TargetGroupArn")
        balancers = texts(item, "LoadBalancerArns")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=arn.rpartition(":targetgroup/")[2],
            arn=arn,
            name=text(item, "TargetGroupName"),
            state="in-use" if balancers else "unused",
            kind=text(item, "TargetType"),
            protocol=text(item, "Protocol"),
            port=whole(item, "Port"),
            targets=whole(item, "Health", "all"),
            healthy=whole(item, "Health", "healthy"),
            unhealthy=whole(item, "Health", "unhealthy"),
            vpc=text(item, "VpcId"),
            load_balancers=tuple(balancer.rpartition(":loadbalancer/")[2] for balancer in balancers),
        )


def with_health(item: dict[str, Any], questions: Questions) -> Item:
    """The group with its "Health": the number of all targets, of healthy and of unhealthy ones."""
    answer = questions.call("elbv2", "describe_target_health", TargetGroupArn=item["TargetGroupArn"])
    if answer is None:
        return item
    if not isinstance(answer.get("TargetHealthDescriptions"), list):
        questions.odd("elbv2", "describe_target_health")
        return item
    states = Counter(
        text(target, "TargetHealth", "State") for target in each(answer, "TargetHealthDescriptions")
    )
    counts = {"all": states.total(), "healthy": states["healthy"], "unhealthy": states["unhealthy"]}
    return item | {"Health": counts}


RESOURCE_TYPE = ResourceType(
    name="targetgroups",
    title="Target groups",
    singular="Target group",
    order=81,
    model=TargetGroup,
    call=Call("elbv2", "describe_target_groups", "TargetGroups[]", page_size=400),
    enrich=chain(for_each(with_health), tagging.sweep("elasticloadbalancing:targetgroup", "TargetGroupArn")),
    actions=(
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
        tagging.ACTION,
    ),
    columns=(
        Column("kind", "Targets are", facet=True),
        Column("protocol", "Protocol", facet=True),
        Column("port", "Port", numeric=True),
        Column("targets", "Targets", numeric=True),
        Column("healthy", "Healthy", numeric=True),
        Column("unhealthy", "Unhealthy", numeric=True),
        Column("vpc", "VPC", mono=True),
    ),
    console="https://{region}.console.aws.amazon.com/ec2/home?region={region}#TargetGroup:targetGroupArn={arn}",
    volatile=("targets", "healthy", "unhealthy", "raw.Health"),
    sample={
        "TargetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:412233445883:"
        "targetgroup/storefront-web/6d0ecf831eec9f09",
        "TargetGroupName": "storefront-web",
        "Protocol": "HTTP",
        "Port": 8080,
        "VpcId": "vpc-0a1b2c3d4e5f60718",
        "TargetType": "ip",
        "HealthCheckEnabled": True,
        "HealthCheckPath": "/health",
        "Matcher": {"HttpCode": "200"},
        "LoadBalancerArns": [
            "arn:aws:elasticloadbalancing:us-east-1:412233445883:loadbalancer/app/storefront/50dc6c495c0c9188"
        ],
        "Health": {"all": 4, "healthy": 3, "unhealthy": 1},
        "Tags": [{"Key": "Team", "Value": "web"}],
    },
)
