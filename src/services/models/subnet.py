"""Subnets, with the addresses that are left."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Self

from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.prefix_lists import ACTION as LIST_ACTION
from services.models.kit.prefix_lists import networks_of
from services.models.kit.questions import Questions
from services.models.kit.record import model
from services.models.kit.routes import kept, lets_internet_in
from services.models.kit.scope import Scope
from services.models.kit.steps import Items, for_all
from services.models.kit.values import Item, each, flag, required, tags_of, text, whole

ROUTES = Call("ec2", "describe_route_tables", "RouteTables[]", page_size=100)
# docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
BLOCKED = ("block-bidirectional", "block-ingress")
ENDED = ("disassociating", "disassociated", "failed")  # associations


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
    """Whether questions from the internet come in; None where that is not known."""
    if text(item, "BlockPublicAccessStates", "InternetGatewayBlockMode") in BLOCKED:
        return False
    return None if item.get("Routes") is None else lets_internet_in(each(item, "Routes"), version)


def with_routes(items: Items, questions: Questions, scope: Scope) -> Iterable[Item]:
    """The subnets with those of their "Routes" that decide whether the internet comes in.

    From one list of the region's route tables. A subnet without one of its own has its VPC's main one.
    """

    @cache
    def networks(list_id: str) -> list[str] | None:
        return networks_of(list_id, questions)

    tables: dict[str, list[Item]] = {}
    for table in questions.listed(ROUTES) or ():
        routes = kept(table, networks)
        for association in each(table, "Associations"):
            whose = text(table, "VpcId") if flag(association, "Main") else text(association, "SubnetId")
            if whose and text(association, "AssociationState", "State") not in ENDED:  # else a gateway's
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
    actions=("ec2:DescribeSubnets", "ec2:DescribeRouteTables", LIST_ACTION),
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
