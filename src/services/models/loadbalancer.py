"""Application, network and gateway load balancers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from services.models.kit.base import Call, Column, Metric, Resource, ResourceType, where
from services.models.kit.questions import Questions
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import Items, in_batches
from services.models.kit.values import Item, each, required, text, texts

ARNS_A_CALL = 20  # limit of elbv2 DescribeTags


@model
class LoadBalancer(Resource):
    kind: str = ""
    scheme: str = ""
    dns_name: str = ""
    vpc: str = ""
    ip_type: str = ""
    zones: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        """id: kind/name/hash, as CloudWatch names it; a name alone is not unique among the kinds."""
        arn = required(item, "LoadBalancerArn")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=arn.rpartition(":loadbalancer/")[2],
            arn=arn,
            name=text(item, "LoadBalancerName"),
            state=text(item, "State", "Code"),
            created=item.get("CreatedTime"),
            kind=text(item, "Type"),
            scheme=text(item, "Scheme"),
            dns_name=text(item, "DNSName"),
            vpc=text(item, "VpcId"),
            ip_type=text(item, "IpAddressType"),
            zones=tuple(text(zone, "ZoneName") for zone in each(item, "AvailabilityZones")),
            security_groups=texts(item, "SecurityGroups"),
        )


def with_tags(items: Items, questions: Questions) -> Iterable[Item]:
    """The items with their "Tags"; None: unknown."""
    arns = [text(item, "LoadBalancerArn") for item in items]
    answer = questions.call("elbv2", "describe_tags", ResourceArns=arns)
    tags = {text(one, "ResourceArn"): one.get("Tags") for one in each(answer or {}, "TagDescriptions")}
    if answer is not None and not tags.keys() >= set(arns):
        questions.odd("elbv2", "describe_tags")
    return [item | {"Tags": tags.get(text(item, "LoadBalancerArn"))} for item in items]


# docs.aws.amazon.com/elasticloadbalancing/latest/{application,network,gateway}: all of these always reported
_APPLICATION, _NETWORK, _GATEWAY = (
    where(state="active", kind=kind) for kind in ("application", "network", "gateway")
)
_ID = (("LoadBalancer", "{id}"),)  # the end of the ARN: app/storefront/50dc6c495c0c9188
METRICS = (
    Metric("AWS/ApplicationELB", "RequestCount", "Sum", _ID, "Requests", "requests", _APPLICATION),
    Metric("AWS/NetworkELB", "NewFlowCount", "Sum", _ID, "New flows", "flows", _NETWORK),
    Metric("AWS/NetworkELB", "ActiveFlowCount", "Maximum", _ID, "Flows at once", "flows", _NETWORK),
    Metric("AWS/GatewayELB", "ActiveFlowCount", "Maximum", _ID, "Flows at once", "flows", _GATEWAY),
)

RESOURCE_TYPE = ResourceType(
    name="loadbalancers",
    title="Load balancers",
    singular="Load balancer",
    order=80,
    model=LoadBalancer,
    call=Call("elbv2", "describe_load_balancers", "LoadBalancers[]", page_size=400),
    enrich=in_batches(ARNS_A_CALL, with_tags),
    actions=("elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeTags"),
    columns=(
        Column("kind", "Kind", facet=True),
        Column("scheme", "Scheme", facet=True),
        Column("dns_name", "DNS name", mono=True),
        Column("vpc", "VPC", mono=True),
    ),
    console="https://{region}.console.aws.amazon.com/ec2/home?region={region}"
    "#LoadBalancer:loadBalancerArn={arn}",
    metrics=METRICS,
    sample={
        "LoadBalancerArn": "arn:aws:elasticloadbalancing:us-east-1:412233445883:"
        "loadbalancer/app/storefront/50dc6c495c0c9188",
        "LoadBalancerName": "storefront",
        "DNSName": "storefront-1482231.us-east-1.elb.amazonaws.com",
        "CanonicalHostedZoneId": "Z35SXDOTRQ7X7K",
        "CreatedTime": "2025-09-30T08:15:02.510000+00:00",
        "Scheme": "internet-facing",
        "VpcId": "vpc-0a1b2c3d4e5f60718",
        "State": {"Code": "active"},
        "Type": "application",
        "AvailabilityZones": [
            {"ZoneName": "us-east-1a", "SubnetId": "subnet-0d1f6a2b3c4d5e6f7", "LoadBalancerAddresses": []}
        ],
        "SecurityGroups": ["sg-01a2b3c4d5e6f7a8b"],
        "IpAddressType": "ipv4",
        "Tags": [{"Key": "Team", "Value": "storefront"}],
    },
)
