"""Classic load balancers, the generation before application and network ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from services.models.kit import tagging
from services.models.kit.base import Call, Column, Metric, Resource, ResourceType, Source, arn_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import chain
from services.models.kit.values import Item, each, required, text, texts


@model
class ClassicLoadBalancer(Resource):
    scheme: str = ""
    targets: int | None = None  # registered instances
    dns_name: str = ""
    vpc: str = ""
    instances: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "LoadBalancerName")
        instances = tuple(text(instance, "InstanceId") for instance in each(item, "Instances"))
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=_arn(item, scope),
            name=id,
            created=item.get("CreatedTime"),
            scheme=text(item, "Scheme"),
            targets=len(instances),
            dns_name=text(item, "DNSName"),
            vpc=text(item, "VPCId"),
            instances=instances,
            security_groups=texts(item, "SecurityGroups"),
        )


def _arn(item: Item, scope: Scope) -> str:
    return arn_of(scope, "elasticloadbalancing", f"loadbalancer/{text(item, 'LoadBalancerName')}")


def with_arn(items: list[dict[str, Any]], source: Source, scope: Scope) -> Iterable[Item]:
    """The items with their "Arn", which this API does not tell and the tagging API knows them by."""
    return [item | {"Arn": _arn(item, scope)} for item in items]


# docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-cloudwatch-metrics.html
METRICS = (
    Metric(
        "AWS/ELB",
        "RequestCount",
        "Sum",
        (("LoadBalancerName", "{id}"),),
        "Requests",
        "requests",
        sparse=True,
    ),
)

RESOURCE_TYPE = ResourceType(
    name="classicloadbalancers",
    title="Classic load balancers",
    singular="Classic load balancer",
    order=82,
    model=ClassicLoadBalancer,
    call=Call("elb", "describe_load_balancers", "LoadBalancerDescriptions[]", page_size=400),
    enrich=chain(with_arn, tagging.sweep("elasticloadbalancing:loadbalancer", "Arn")),
    actions=("elasticloadbalancing:DescribeLoadBalancers", tagging.ACTION),
    columns=(
        Column("scheme", "Scheme", facet=True),
        Column("targets", "Instances", numeric=True),
        Column("dns_name", "DNS name", mono=True),
        Column("vpc", "VPC", mono=True),
    ),
    console="https://{region}.console.aws.amazon.com/ec2/home?region={region}#LoadBalancers:search={name}",
    metrics=METRICS,
    sample={
        "LoadBalancerName": "legacy-shop",
        "DNSName": "legacy-shop-918273645.us-east-1.elb.amazonaws.com",
        "CanonicalHostedZoneNameID": "Z35SXDOTRQ7X7K",
        "CreatedTime": "2019-04-11T12:13:14.150000+00:00",
        "Scheme": "internet-facing",
        "VPCId": "vpc-0a1b2c3d4e5f60718",
        "Instances": [{"InstanceId": "i-0a41c9f2be77d3e10"}],
        "AvailabilityZones": ["us-east-1a"],
        "SecurityGroups": ["sg-01a2b3c4d5e6f7a8b"],
        "Arn": "arn:aws:elasticloadbalancing:us-east-1:412233445883:loadbalancer/legacy-shop",
        "Tags": [{"Key": "Team", "Value": "web"}],
    },
)
