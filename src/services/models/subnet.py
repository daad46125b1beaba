"""Subnets, with the addresses that are left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from services.models.base import Call, Column, Resource, ResourceType, arn_of
from services.models.networks import Range, is_internet, range_of
from services.models.questions import Questions
from services.models.record import model
from services.models.scope import Scope
from services.models.steps import Items, for_all
from services.models.values import Item, each, flag, required, tags_of, text, whole

ROUTES = Call("ec2", "describe_route_tables", "RouteTables[]", page_size=100)
DESTINATIONS = {4: "DestinationCidrBlock", 6: "DestinationIpv6CidrBlock"}  # by IP version
BLOCKED = (
    "block-bidirectional",
    "block-ingress",
)  # docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html


@model
class Subnet(Resource):
    """internet_v4, internet_v6: whether an internet gateway leads to it, for this version of IP."""

    cidr: str = ""
    free_addresses: int | None = None
    zone: str = ""
    public: bool | None = None  # gives its instances a public address
    default: bool | None = None
    vpc: str = ""
    internet_v4: bool | None = None
    internet_v6: bool | None = None

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "SubnetId")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "SubnetArn") or arn_of(scope, "ec2", f"subnet/{id}", text(item, "OwnerId")),
            name=tags_of(item.get("Tags")).get("Name", ""),
            state=text(item, "State"),
            cidr=text(item, "CidrBlock"),
            free_addresses=whole(item, "AvailableIpAddressCount"),
            zone=text(item, "AvailabilityZone"),
            public=flag(item, "MapPublicIpOnLaunch"),
            default=flag(item, "DefaultForAz"),
            vpc=text(item, "VpcId"),
            internet_v4=_internet(item, 4),
            internet_v6=_internet(item, 6),
        )


def _internet(item: Item, version: int) -> bool | None:
    """Whether answers to the internet go to an internet gateway, through which questions then come in.

    NAT and egress-only gateways let nothing in. None where that is not known: answers go to an endpoint or an
    appliance, which may be a firewall before the gateway, or the route is to a prefix list.
    docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
    """
    if text(item, "BlockPublicAccessStates", "InternetGatewayBlockMode") in BLOCKED:
        return False
    if item.get("Routes") is None:
        return None
    routes = each(item, "Routes")
    gateway = [route for route in routes if _to_gateway(route)]
    if is_internet(_destinations(gateway, version), version):
        return True
    listed = any(text(route, "DestinationPrefixListId") for route in gateway)
    return None if listed or is_internet(_destinations(routes, version), version) else False


def _destinations(routes: Iterable[Item], version: int) -> list[Range]:
    found = (range_of(text(route, DESTINATIONS[version])) for route in routes)
    return [each for each in found if each]


def _to_gateway(route: Item) -> bool:
    return text(route, "GatewayId").startswith("igw-")


def _leads_out(route: Item) -> bool:
    """Whether it may lead to the internet and back; to a prefix list, an endpoint leads to an AWS service."""
    between = text(route, "GatewayId").startswith("vpce-") or text(route, "NetworkInterfaceId")
    through = bool(between) and not text(route, "DestinationPrefixListId")
    return text(route, "State") != "blackhole" and (through or _to_gateway(route))


def with_routes(items: Items, questions: Questions, scope: Scope) -> Iterable[Item]:
    """The subnets with those of their "Routes" that may lead to the internet and back.

    From one list of the region's route tables. A subnet without one of its own has its VPC's main one.
    """
    tables: dict[str, list[Item]] = {}
    for table in questions.listed(ROUTES) or ():
        routes = [route for route in each(table, "Routes") if _leads_out(route)]
        for association in each(table, "Associations"):
            whose = text(table, "VpcId") if flag(association, "Main") else text(association, "SubnetId")
            if whose:  # else it is a gateway's
                tables[whose] = routes
    return [
        item | {"Routes": tables.get(text(item, "SubnetId"), tables.get(text(item, "VpcId")))}
        for item in items
    ]


RESOURCE_TYPE = ResourceType(
    name="subnets",
    title="Subnets",
    singular="Subnet",
    order=45,
    model=Subnet,
    call=Call("ec2", "describe_subnets", "Subnets[]", page_size=1000),
    enrich=for_all(with_routes),
    actions=("ec2:DescribeSubnets", "ec2:DescribeRouteTables"),
    columns=(
        Column("cidr", "CIDR", mono=True),
        Column("free_addresses", "Free addresses", numeric=True),
        Column("zone", "Zone", facet=True),
        Column("public", "Public IPs", facet=True),
        Column("internet_v4", "Internet (IPv4)", facet=True),
        Column("internet_v6", "Internet (IPv6)", facet=True),
        Column("vpc", "VPC", mono=True),
    ),
    console="https://{region}.console.aws.amazon.com/vpcconsole/home?region={region}"
    "#SubnetDetails:subnetId={id}",
    volatile=("free_addresses", "raw.AvailableIpAddressCount"),
    sample={
        "SubnetId": "subnet-0d1f6a2b3c4d5e6f7",
        "SubnetArn": "arn:aws:ec2:us-east-1:412233445883:subnet/subnet-0d1f6a2b3c4d5e6f7",
        "OwnerId": "412233445883",
        "VpcId": "vpc-0a1b2c3d4e5f60718",
        "State": "available",
        "CidrBlock": "10.20.14.0/24",
        "AvailableIpAddressCount": 187,
        "AvailabilityZone": "us-east-1b",
        "AvailabilityZoneId": "use1-az2",
        "DefaultForAz": False,
        "MapPublicIpOnLaunch": False,
        "BlockPublicAccessStates": {"InternetGatewayBlockMode": "off"},
        "Routes": [],
        "Tags": [{"Key": "Name", "Value": "private-b"}, {"Key": "Team", "Value": "platform"}],
    },
)
