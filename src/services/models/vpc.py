"""Virtual private clouds (VPCs)."""

from __future__ import annotations

from typing import Self

from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, each, flag, required, tags_of, text


@model
class Vpc(Resource):
    cidr: str = ""
    default: bool | None = None
    tenancy: str = ""
    shared_by: str = ""  # account that owns it
    blocks: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "VpcId")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=arn_of(scope, "ec2", f"vpc/{id}", text(item, "OwnerId")),
            name=tags_of(item.get("Tags")).get("Name", ""),
            state=text(item, "State"),
            cidr=text(item, "CidrBlock"),
            default=flag(item, "IsDefault"),
            tenancy=text(item, "InstanceTenancy"),
            shared_by="" if text(item, "OwnerId") == scope.account else text(item, "OwnerId"),
            blocks=tuple(text(block, "CidrBlock") for block in each(item, "CidrBlockAssociationSet")),
        )


RESOURCE_TYPE = ResourceType(
    name="vpcs",
    title="VPCs",
    singular="VPC",
    order=44,
    model=Vpc,
    call=Call("ec2", "describe_vpcs", "Vpcs[]", page_size=1000),
    actions=("ec2:DescribeVpcs",),
    columns=(
        Column("cidr", "CIDR", mono=True),
        Column("default", "Default", facet=True),
        Column("tenancy", "Tenancy", facet=True),
    ),
    console="https://{region}.console.aws.amazon.com/vpcconsole/home?region={region}#VpcDetails:VpcId={id}",
    sample={
        "VpcId": "vpc-0a1b2c3d4e5f60718",
        "OwnerId": "412233445883",
        "State": "available",
        "CidrBlock": "10.20.0.0/16",
        "CidrBlockAssociationSet": [
            {
                "AssociationId": "vpc-cidr-assoc-0a1b2c3d4e5f60718",
                "CidrBlock": "10.20.0.0/16",
                "CidrBlockState": {"State": "associated"},
            }
        ],
        "DhcpOptionsId": "dopt-0a1b2c3d4e5f60718",
        "InstanceTenancy": "default",
        "IsDefault": False,
        "Tags": [{"Key": "Name", "Value": "main"}, {"Key": "Team", "Value": "platform"}],
    },
)
