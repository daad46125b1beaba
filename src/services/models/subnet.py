"""Subnets, with the addresses that are left."""

from __future__ import annotations

from typing import Self

from services.models.base import Call, Column, Resource, ResourceType, arn_of
from services.models.record import model
from services.models.scope import Scope
from services.models.values import Item, flag, required, tags_of, text, whole


@model
class Subnet(Resource):
    cidr: str = ""
    free_addresses: int | None = None
    zone: str = ""
    public: bool | None = None  # gives its instances a public address
    default: bool | None = None
    vpc: str = ""

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "SubnetId")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "SubnetArn") or arn_of(scope, "ec2", f"subnet/{id}"),
            name=tags_of(item.get("Tags")).get("Name", ""),
            state=text(item, "State"),
            cidr=text(item, "CidrBlock"),
            free_addresses=whole(item, "AvailableIpAddressCount"),
            zone=text(item, "AvailabilityZone"),
            public=flag(item, "MapPublicIpOnLaunch"),
            default=flag(item, "DefaultForAz"),
            vpc=text(item, "VpcId"),
        )


RESOURCE_TYPE = ResourceType(
    name="subnets",
    title="Subnets",
    singular="Subnet",
    order=45,
    model=Subnet,
    call=Call("ec2", "describe_subnets", "Subnets[]", page_size=1000),
    actions=("ec2:DescribeSubnets",),
    columns=(
        Column("cidr", "CIDR", mono=True),
        Column("free_addresses", "Free addresses", numeric=True),
        Column("zone", "Zone", facet=True),
        Column("public", "Public IPs", facet=True),
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
        "Tags": [{"Key": "Name", "Value": "private-b"}, {"Key": "Team", "Value": "platform"}],
    },
)
