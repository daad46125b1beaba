"""Network interfaces, condensed: there are many, and others are joined through them."""

from __future__ import annotations

from typing import Self

from services.models.kit.base import MANAGED, Call, Column, Resource, ResourceType, arn_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import without
from services.models.kit.values import Item, at, each, flag, operator_of, required, tags_of, text

DROPPED = ("PrivateIpAddresses", "Ipv6Addresses", "Ipv4Prefixes", "Ipv6Prefixes", "PublicIpDnsNameOptions")


@model
class NetworkInterface(Resource):
    kind: str = ""
    private_ip: str = ""  # the primary one
    public_ip: str = ""
    private_ips: tuple[str, ...] = ()
    public_ips: tuple[str, ...] = ()
    instance: str = ""
    managed: bool | None = None  # by an AWS service
    managed_by: str = ""
    description: str = ""
    vpc: str = ""
    subnet: str = ""
    zone: str = ""
    security_groups: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "NetworkInterfaceId")
        tags = item.get("TagSet")
        return cls.of(
            without(item, *DROPPED),
            scope,
            tags=tags,
            id=id,
            arn=arn_of(scope, "ec2", f"network-interface/{id}", text(item, "OwnerId")),
            name=tags_of(tags).get("Name", "") or text(item, "Description"),
            state=text(item, "Status"),
            created=at(item, "Attachment", "AttachTime"),  # the API does not tell when it was made
            kind=text(item, "InterfaceType"),
            private_ip=text(item, "PrivateIpAddress"),
            public_ip=text(item, "Association", "PublicIp"),
            private_ips=_each_of(item, "PrivateIpAddress"),
            public_ips=_each_of(item, "Association", "PublicIp"),
            instance=text(item, "Attachment", "InstanceId"),
            managed=flag(item, "RequesterManaged"),
            managed_by=operator_of(item),
            description=text(item, "Description"),
            vpc=text(item, "VpcId"),
            subnet=text(item, "SubnetId"),
            zone=text(item, "AvailabilityZone"),
            security_groups=tuple(text(group, "GroupId") for group in each(item, "Groups")),
        )


def _each_of(item: Item, *path: str) -> tuple[str, ...]:
    """What its private addresses have there, the primary one first."""
    return tuple(filter(None, (text(address, *path) for address in each(item, "PrivateIpAddresses"))))


RESOURCE_TYPE = ResourceType(
    name="networkinterfaces",
    title="Network interfaces",
    singular="Network interface",
    order=42,
    model=NetworkInterface,
    call=Call("ec2", "describe_network_interfaces", "NetworkInterfaces[]", MANAGED, page_size=1000),
    actions=("ec2:DescribeNetworkInterfaces",),
    columns=(
        Column("kind", "Kind", facet=True),
        Column("private_ip", "Private IP", mono=True),
        Column("public_ip", "Public IP", mono=True),
        Column("instance", "Instance", mono=True),
        Column("managed", "Managed by AWS", facet=True),
        Column("subnet", "Subnet", mono=True),
    ),
    console="https://{region}.console.aws.amazon.com/ec2/home?region={region}"
    "#NetworkInterface:networkInterfaceId={id}",
    sample={
        "NetworkInterfaceId": "eni-0d9c8b7a6f5e4d3c2",
        "InterfaceType": "interface",
        "Status": "in-use",
        "Description": "Primary interface of search-node-a",
        "AvailabilityZone": "us-east-1b",
        "PrivateIpAddress": "10.20.14.87",
        "Association": {"AllocationId": "eipalloc-0b1c2d3e4f5a6b7c8", "PublicIp": "52.18.104.77"},
        "Attachment": {
            "AttachTime": "2026-03-04T09:12:44+00:00",
            "AttachmentId": "eni-attach-0a1b2c3d4e5f60718",
            "InstanceId": "i-0a41c9f2be77d3e10",
            "Status": "attached",
        },
        "Groups": [{"GroupId": "sg-01a2b3c4d5e6f7a8b", "GroupName": "search-internal"}],
        "OwnerId": "412233445883",
        "RequesterManaged": False,
        "SubnetId": "subnet-0d1f6a2b3c4d5e6f7",
        "VpcId": "vpc-0a1b2c3d4e5f60718",
        "TagSet": [{"Key": "Name", "Value": "search-node-a"}, {"Key": "Team", "Value": "search"}],
    },
)
