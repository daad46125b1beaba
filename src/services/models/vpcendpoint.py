"""VPC endpoints. Those of type Interface cost by the hour and zone."""

from __future__ import annotations

from typing import Self

from services.models.kit.base import Call, Column, Metric, Resource, ResourceType, arn_of, where
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, flag, required, tags_of, text, texts


@model
class VpcEndpoint(Resource):
    kind: str = ""
    service: str = ""
    zones: int | None = None  # one interface a subnet, one subnet a zone
    vpc: str = ""
    private_dns: bool | None = None
    subnets: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "VpcEndpointId")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=arn_of(scope, "ec2", f"vpc-endpoint/{id}", text(item, "OwnerId")),
            name=tags_of(item.get("Tags")).get("Name", ""),
            state=text(item, "State").lower(),  # the API itself says "available" and "Available"
            created=item.get("CreationTimestamp"),
            kind=text(item, "VpcEndpointType"),
            service=text(item, "ServiceName"),
            zones=len(texts(item, "SubnetIds")) or None,
            vpc=text(item, "VpcId"),
            private_dns=flag(item, "PrivateDnsEnabled"),
            subnets=texts(item, "SubnetIds"),
            interfaces=texts(item, "NetworkInterfaceIds"),
        )


# docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html: none of gateway endpoints;
# under these four dimensions together, and only when there was traffic
METRICS = (
    Metric(
        "AWS/PrivateLinkEndpoints",
        "BytesProcessed",
        "Sum",
        (
            ("Endpoint Type", "Interface"),
            ("Service Name", "{service}"),
            ("VPC Endpoint Id", "{id}"),
            ("VPC Id", "{vpc}"),
        ),
        "Traffic",
        "B",
        where(kind="Interface", state="available"),
        sparse=True,
    ),
)

RESOURCE_TYPE = ResourceType(
    name="vpcendpoints",
    title="VPC endpoints",
    singular="VPC endpoint",
    order=46,
    model=VpcEndpoint,
    call=Call("ec2", "describe_vpc_endpoints", "VpcEndpoints[]", page_size=1000),
    actions=("ec2:DescribeVpcEndpoints",),
    columns=(
        Column("kind", "Kind", facet=True),
        Column("service", "Service", mono=True),
        Column("zones", "Zones", numeric=True),
        Column("private_dns", "Private DNS"),
        Column("vpc", "VPC", mono=True),
    ),
    console="https://{region}.console.aws.amazon.com/vpcconsole/home?region={region}"
    "#EndpointDetails:vpcEndpointId={id}",
    metrics=METRICS,
    sample={
        "VpcEndpointId": "vpce-0a9b8c7d6e5f40312",
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-0a1b2c3d4e5f60718",
        "ServiceName": "com.amazonaws.us-east-1.secretsmanager",
        "State": "available",
        "SubnetIds": ["subnet-0d1f6a2b3c4d5e6f7", "subnet-0e2f6a2b3c4d5e6f8"],
        "NetworkInterfaceIds": ["eni-0d9c8b7a6f5e4d3c2", "eni-0d9c8b7a6f5e4d3c3"],
        "Groups": [{"GroupId": "sg-01a2b3c4d5e6f7a8b", "GroupName": "search-internal"}],
        "PrivateDnsEnabled": True,
        "RequesterManaged": False,
        "CreationTimestamp": "2025-08-02T07:40:00.117000+00:00",
        "OwnerId": "412233445883",
        "Tags": [{"Key": "Name", "Value": "secrets"}, {"Key": "Team", "Value": "platform"}],
    },
)
