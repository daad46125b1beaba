"""Elastic IP addresses."""

from __future__ import annotations

from typing import Self

from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, required, tags_of, text


@model
class Address(Resource):
    public_ip: str = ""
    private_ip: str = ""
    instance: str = ""
    interface: str = ""
    border_group: str = ""
    pool: str = ""  # "amazon", or one of the account's own, which costs nothing

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "AllocationId")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=arn_of(scope, "ec2", f"elastic-ip/{id}"),
            name=tags_of(item.get("Tags")).get("Name", ""),
            state="in-use" if _attached(item) else "unused",
            public_ip=text(item, "PublicIp"),
            private_ip=text(item, "PrivateIpAddress"),
            instance=text(item, "InstanceId"),
            interface=text(item, "NetworkInterfaceId"),
            border_group=text(item, "NetworkBorderGroup"),
            pool=text(item, "PublicIpv4Pool"),
        )


def _attached(item: Item) -> bool:
    return any(text(item, key) for key in ("AssociationId", "InstanceId", "NetworkInterfaceId"))


RESOURCE_TYPE = ResourceType(
    name="addresses",
    title="Elastic IPs",
    singular="Elastic IP",
    order=40,
    model=Address,
    call=Call("ec2", "describe_addresses", "Addresses[]"),  # all of them in one answer
    actions=("ec2:DescribeAddresses",),
    columns=(
        Column("public_ip", "Public IP", mono=True),
        Column("private_ip", "Private IP", mono=True),
        Column("instance", "Instance", mono=True),
        Column("interface", "Network interface", mono=True),
    ),
    console="https://{region}.console.aws.amazon.com/ec2/home?region={region}"
    "#ElasticIpDetails:AllocationId={id}",
    sample={
        "AllocationId": "eipalloc-0b1c2d3e4f5a6b7c8",
        "PublicIp": "52.18.104.77",
        "AssociationId": "eipassoc-01f2e3d4c5b6a7988",
        "InstanceId": "i-0a41c9f2be77d3e10",
        "NetworkInterfaceId": "eni-0d9c8b7a6f5e4d3c2",
        "NetworkInterfaceOwnerId": "412233445883",
        "PrivateIpAddress": "10.20.14.87",
        "Domain": "vpc",
        "PublicIpv4Pool": "amazon",
        "NetworkBorderGroup": "us-east-1",
        "Tags": [{"Key": "Name", "Value": "search-gateway"}, {"Key": "Team", "Value": "search"}],
    },
)
