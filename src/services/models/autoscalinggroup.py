"""Auto Scaling groups of EC2 instances."""

from __future__ import annotations

from typing import Self

from services.models.kit.base import MANAGED, Call, Column, Resource, ResourceType, arn_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, at, each, required, text, texts, whole


@model
class AutoScalingGroup(Resource):
    desired: int | None = None
    least: int | None = None
    most: int | None = None
    healthy: int | None = None
    template: str = ""
    health_check: str = ""
    instances: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "AutoScalingGroupName")
        instances = each(item, "Instances")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "AutoScalingGroupARN")
            or arn_of(scope, "autoscaling", f"autoScalingGroup:*:autoScalingGroupName/{id}"),
            name=id,
            state=text(item, "Status").lower(),  # only told of one that is being deleted
            created=item.get("CreatedTime"),
            desired=whole(item, "DesiredCapacity"),
            least=whole(item, "MinSize"),
            most=whole(item, "MaxSize"),
            healthy=sum(text(instance, "HealthStatus").lower() == "healthy" for instance in instances),
            template=_template(item),
            health_check=text(item, "HealthCheckType"),
            instances=tuple(text(instance, "InstanceId") for instance in instances),
            target_groups=texts(item, "TargetGroupARNs"),
            zones=texts(item, "AvailabilityZones"),
        )


def _template(item: Item) -> str:
    mixed = at(item, "MixedInstancesPolicy", "LaunchTemplate", "LaunchTemplateSpecification")
    return (
        text(item, "LaunchTemplate", "LaunchTemplateName")
        or text(item, "LaunchConfigurationName")
        or (text(mixed, "LaunchTemplateName") if mixed else "")
    )


RESOURCE_TYPE = ResourceType(
    name="autoscalinggroups",
    title="Auto Scaling groups",
    singular="Auto Scaling group",
    order=14,
    model=AutoScalingGroup,
    call=Call("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups[]", MANAGED, page_size=100),
    actions=("autoscaling:DescribeAutoScalingGroups",),
    columns=(
        Column("desired", "Desired", numeric=True),
        Column("least", "Min", numeric=True),
        Column("most", "Max", numeric=True),
        Column("healthy", "Healthy", numeric=True),
        Column("template", "Template", mono=True),
        Column("health_check", "Health check", facet=True),
    ),
    console="https://{region}.console.aws.amazon.com/ec2/home?region={region}#AutoScalingGroupDetails:id={id}",
    volatile=("desired", "healthy", "instances"),
    sample={
        "AutoScalingGroupName": "storefront-web",
        "AutoScalingGroupARN": "arn:aws:autoscaling:us-east-1:412233445883:autoScalingGroup:"
        "5b0c2f1e-7a64-4c5d-9b1e-0d3f2a1b4c5d:autoScalingGroupName/storefront-web",
        "LaunchTemplate": {
            "LaunchTemplateId": "lt-0a1b2c3d4e5f60718",
            "LaunchTemplateName": "storefront-web",
            "Version": "$Latest",
        },
        "MinSize": 2,
        "MaxSize": 12,
        "DesiredCapacity": 3,
        "AvailabilityZones": ["us-east-1a", "us-east-1b"],
        "TargetGroupARNs": [],
        "HealthCheckType": "ELB",
        "Instances": [
            {
                "InstanceId": "i-0a41c9f2be77d3e10",
                "AvailabilityZone": "us-east-1a",
                "LifecycleState": "InService",
                "HealthStatus": "Healthy",
                "ProtectedFromScaleIn": False,
            }
        ],
        "CreatedTime": "2025-04-02T10:12:00.312000+00:00",
        "Tags": [
            {
                "ResourceId": "storefront-web",
                "ResourceType": "auto-scaling-group",
                "Key": "Team",
                "Value": "web",
                "PropagateAtLaunch": True,
            }
        ],
    },
)
