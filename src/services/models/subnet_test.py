from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from errors import CollectError
from services.models.base import Call
from services.models.scope import Scope
from services.models.subnet import RESOURCE_TYPE, Subnet
from services.models.values import Item

SCOPE = Scope("412233445883", "us-east-1", "subnets")
DEFAULT = {"DestinationCidrBlock": "0.0.0.0/0", "State": "active"}
DEFAULT6 = {"DestinationIpv6CidrBlock": "::/0", "State": "active"}
IGW = {"GatewayId": "igw-1"}
LOCAL = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}
S3 = {"DestinationPrefixListId": "pl-s3", "GatewayId": "vpce-1", "State": "active"}

assert RESOURCE_TYPE.enrich
enrich = RESOURCE_TYPE.enrich


class Routes:
    """A source with these route tables."""

    def __init__(self, *tables: dict[str, Any]) -> None:
        self.tables = tables
        self.calls = 0

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        self.calls += 1
        yield from ({"RouteTables": [table]} for table in self.tables)

    def call(self, service: str, operation: str, **parameters: Any) -> Item:
        raise NotImplementedError


def table(*routes: dict[str, Any], vpc: str = "vpc-1", **association: Any) -> dict[str, Any]:
    return {"RouteTableId": "rtb-1", "VpcId": vpc, "Routes": routes, "Associations": [association]}


def subnet(*tables: dict[str, Any], **item: Any) -> Subnet:
    asked: list[dict[str, Any]] = [{"SubnetId": "subnet-1", "VpcId": "vpc-1", **item}]
    (found,) = enrich(asked, Routes(*tables), SCOPE)
    return Subnet.from_aws(found, SCOPE)


@pytest.mark.parametrize(
    ("routes", "v4", "v6"),
    [
        ((LOCAL, DEFAULT | IGW), True, False),
        ((LOCAL, DEFAULT6 | IGW), False, True),
        ((DEFAULT | IGW, DEFAULT6 | IGW), True, True),
        ((DEFAULT | {"DestinationCidrBlock": "0.0.0.0/1"} | IGW,), True, False),
        ((DEFAULT | {"DestinationCidrBlock": "0.0.0.0/2"} | IGW,), False, False),
        ((DEFAULT | {"DestinationCidrBlock": "203.0.113.0/24"} | IGW,), False, False),
        ((DEFAULT | IGW | {"State": "blackhole"},), False, False),
        ((LOCAL, S3, DEFAULT | {"NatGatewayId": "nat-1"}), False, False),
        ((DEFAULT6 | {"EgressOnlyInternetGatewayId": "eigw-1"},), False, False),
        ((DEFAULT | {"TransitGatewayId": "tgw-1"},), False, False),
        ((DEFAULT | {"GatewayId": "vgw-1"},), False, False),
        ((DEFAULT | {"GatewayId": "vpce-firewall"},), None, False),
        ((DEFAULT | {"InstanceId": "i-1", "NetworkInterfaceId": "eni-1"},), None, False),
        (({"DestinationPrefixListId": "pl-1", "State": "active"} | IGW,), None, None),
        ((), False, False),
    ],
)
def test_only_an_internet_gateway_lets_in(
    routes: tuple[dict[str, Any], ...], v4: bool | None, v6: bool | None
) -> None:
    found = subnet(table(*routes, SubnetId="subnet-1", Main=False))
    assert (found.internet_v4, found.internet_v6) == (v4, v6)


def test_a_subnet_without_a_route_table_has_the_main_one_of_its_vpc() -> None:
    main, other = table(DEFAULT | IGW, Main=True), table(Main=True, vpc="vpc-2")
    assert subnet(other, main).internet_v4 is True
    assert subnet(main, table(LOCAL, SubnetId="subnet-1", Main=False)).internet_v4 is False
    assert subnet(main, table(LOCAL, SubnetId="subnet-2", Main=False)).internet_v4 is True


def test_routes_that_nobody_told_are_not_known() -> None:
    edge = table(LOCAL, GatewayId="igw-1", Main=False)
    for found in (subnet(), subnet(edge), subnet(edge, VpcId=""), subnet(table(Main=True, vpc="vpc-2"))):
        assert (found.internet_v4, found.internet_v6) == (None, None)


@pytest.mark.parametrize(
    ("mode", "internet"), [("off", True), ("block-ingress", False), ("block-bidirectional", False)]
)
def test_what_the_account_blocks_gets_nothing_in(mode: str, internet: bool) -> None:
    main = table(DEFAULT | IGW, Main=True)
    found = subnet(main, BlockPublicAccessStates={"InternetGatewayBlockMode": mode})
    assert found.internet_v4 is internet


def test_the_region_is_asked_once_and_only_routes_out_are_kept() -> None:
    source = Routes(table(LOCAL, S3, DEFAULT | IGW, DEFAULT6 | {"NatGatewayId": "nat-1"}, Main=True))
    items: list[dict[str, Any]] = [{"SubnetId": f"subnet-{n}", "VpcId": "vpc-1"} for n in range(3)]
    found = list(enrich(items, source, SCOPE))
    assert source.calls == 1
    assert [item["Routes"] for item in found] == [[DEFAULT | IGW]] * 3
    assert list(enrich([], source, SCOPE)) == []
    assert source.calls == 1


def test_routes_that_polo_may_not_read_are_not_known() -> None:
    class Denied(Routes):
        def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
            raise CollectError("no", code="UnauthorizedOperation")

    (item,) = enrich([{"SubnetId": "subnet-1", "VpcId": "vpc-1"}], Denied(), SCOPE)
    found = Subnet.from_aws(item, SCOPE)
    assert (found.internet_v4, found.internet_v6) == (None, None)
    assert found.denied == ("ec2:DescribeRouteTables",)
