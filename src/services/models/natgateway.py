"""NAT gateways, with the number of routes that lead to each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Self

from services.models.kit.base import Call, Column, Metric, Resource, ResourceType, arn_of, where
from services.models.kit.questions import Questions
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import Items, for_all
from services.models.kit.values import Item, each, flag, required, tags_of, text, whole

ROUTES = Call("ec2", "describe_route_tables", "RouteTables[]", page_size=100)


@model
class NatGateway(Resource):
    connectivity: str = ""
    public_ip: str = ""
    private_ip: str = ""
    routes: int | None = None  # 0: nothing can use it
    zones: int | None = 1  # that it is paid for in: a regional one has several, and may not tell them
    vpc: str = ""
    subnet: str = ""
    allocations: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "NatGatewayId")
        addresses = each(item, "NatGatewayAddresses")
        primary = [address for address in addresses if flag(address, "IsPrimary")]
        first = next(iter(primary or addresses), {})
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=arn_of(scope, "ec2", f"natgateway/{id}"),
            name=tags_of(item.get("Tags")).get("Name", ""),
            state=text(item, "State"),
            created=item.get("CreateTime"),
            connectivity=text(item, "ConnectivityType"),
            public_ip=text(first, "PublicIp"),
            private_ip=text(first, "PrivateIp"),
            routes=whole(item, "Routes"),
            zones=_zones(item),
            vpc=text(item, "VpcId"),
            subnet=text(item, "SubnetId"),
            allocations=tuple(filter(None, (text(address, "AllocationId") for address in addresses))),
        )


def _zones(item: Item) -> int | None:
    if text(item, "AvailabilityMode") != "regional":
        return 1
    return len({text(one, "AvailabilityZone") for one in each(item, "NatGatewayAddresses")} - {""}) or None


def with_routes(items: Items, questions: Questions, scope: Scope) -> Iterable[Item]:
    """The gateways with their number of "Routes", from one list of the region's route tables."""
    tables = questions.listed(ROUTES)
    if tables is None:
        return [item | {"Routes": None} for item in items]
    used = Counter(text(route, "NatGatewayId") for table in tables for route in each(table, "Routes"))
    return [item | {"Routes": used[text(item, "NatGatewayId")]} for item in items]


# docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html
_THERE, _ID = where(state="available"), (("NatGatewayId", "{id}"),)
METRICS = (
    Metric("AWS/NATGateway", "BytesOutToDestination", "Sum", _ID, "Out to the internet", "B", _THERE),
    Metric("AWS/NATGateway", "BytesOutToSource", "Sum", _ID, "Back to the VPC", "B", _THERE),
)

RESOURCE_TYPE = ResourceType(
    name="natgateways",
    title="NAT gateways",
    singular="NAT gateway",
    order=41,
    model=NatGateway,
    call=Call("ec2", "describe_nat_gateways", "NatGateways[]", page_size=1000),
    enrich=for_all(with_routes),
    actions=("ec2:DescribeNatGateways", "ec2:DescribeRouteTables"),
    columns=(
        Column("connectivity", "Connectivity", facet=True),
        Column("public_ip", "Public IP", mono=True),
        Column("routes", "Routes", numeric=True),
        Column("vpc", "VPC", mono=True),
        Column("subnet", "Subnet", mono=True),
    ),
    console="https://{region}.console.aws.amazon.com/vpcconsole/home?region={region}"
    "#NatGatewayDetails:natGatewayId={id}",
    metrics=METRICS,
    sample={
        "NatGatewayId": "nat-0c4d5e6f708192a3b",
        "CreateTime": "2025-08-02T07:31:10+00:00",
        "State": "available",
        "SubnetId": "subnet-0d1f6a2b3c4d5e6f7",
        "VpcId": "vpc-0a1b2c3d4e5f60718",
        "ConnectivityType": "public",
        "NatGatewayAddresses": [
            {
                "AllocationId": "eipalloc-0b1c2d3e4f5a6b7c8",
                "NetworkInterfaceId": "eni-0d9c8b7a6f5e4d3c2",
                "PrivateIp": "10.20.1.14",
                "PublicIp": "52.18.104.78",
                "IsPrimary": True,
                "Status": "succeeded",
            }
        ],
        "Routes": 3,
        "Tags": [{"Key": "Name", "Value": "egress-a"}, {"Key": "Team", "Value": "platform"}],
    },
)
