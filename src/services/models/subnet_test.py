from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from errors import CollectError
from services.models.kit.base import Call
from services.models.kit.scope import Scope
from services.models.kit.values import Item
from services.models.subnet import RESOURCE_TYPE, Subnet

SCOPE = Scope("412233445883", "us-east-1", "subnets")
DEFAULT = {"DestinationCidrBlock": "0.0.0.0/0", "State": "active"}
DEFAULT6 = {"DestinationIpv6CidrBlock": "::/0", "State": "active"}
IGW = {"GatewayId": "igw-1"}
LOCAL = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}
NAT = {"NatGatewayId": "nat-1"}
FIREWALL = {"GatewayId": "vpce-firewall"}
GONE = {"GatewayId": "igw-2", "State": "blackhole"}
PROPAGATED = {"GatewayId": "vgw-1", "Origin": "EnableVgwRoutePropagation"}
ALL_LISTED = {"DestinationPrefixListId": "pl-1", "State": "active"}
S3 = {"DestinationPrefixListId": "pl-s3", "GatewayId": "vpce-1", "State": "active"}


def to(cidr: str, target: dict[str, Any]) -> dict[str, Any]:
    return {"DestinationCidrBlock": cidr, "State": "active"} | target


def to6(cidr: str, target: dict[str, Any]) -> dict[str, Any]:
    return {"DestinationIpv6CidrBlock": cidr, "State": "active"} | target


assert RESOURCE_TYPE.enrich
enrich = RESOURCE_TYPE.enrich


class Routes:
    """A source with these route tables, and the networks of its prefix lists."""

    def __init__(self, *tables: dict[str, Any], listed: tuple[str, ...] | None = None) -> None:
        self.tables = tables
        self.listed = listed
        self.calls = 0

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        self.calls += 1
        if call.operation == "get_managed_prefix_list_entries":
            entries = None if self.listed is None else [{"Cidr": cidr} for cidr in self.listed]
            yield {"Entries": entries}
            return
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
        ((DEFAULT | IGW, to("0.0.0.0/1", NAT), to("128.0.0.0/1", NAT)), False, False),
        ((DEFAULT | IGW, to("0.0.0.0/1", FIREWALL), to("128.0.0.0/1", FIREWALL)), None, False),
        ((DEFAULT | IGW, to("0.0.0.0/1", NAT), to("128.0.0.0/1", FIREWALL)), None, False),
        ((DEFAULT | IGW, to("0.0.0.0/1", NAT)), True, False),
        ((DEFAULT | IGW, to("0.0.0.0/1", NAT), to("128.0.0.0/3", NAT)), False, False),
        ((DEFAULT | NAT, to("0.0.0.0/1", IGW)), True, False),
        ((DEFAULT | NAT, to("0.0.0.0/1", NAT), to("0.0.0.0/2", IGW), to("64.0.0.0/2", IGW)), True, False),
        ((DEFAULT | IGW, to("0.0.0.0/1", GONE), to("128.0.0.0/1", GONE)), False, False),
        ((DEFAULT | IGW, LOCAL, to("10.0.0.0/8", NAT)), True, False),
        ((DEFAULT6 | IGW, to6("2000::/3", NAT)), False, False),
        ((DEFAULT6 | IGW, to6("2000::/4", NAT)), False, True),
        ((DEFAULT6 | IGW, to6("::/1", GONE)), False, False),
        ((DEFAULT | IGW, DEFAULT | PROPAGATED), True, False),
        ((DEFAULT | PROPAGATED, DEFAULT | IGW), True, False),
        ((DEFAULT | IGW, ALL_LISTED | NAT), None, False),
        ((DEFAULT | IGW, ALL_LISTED | IGW), True, None),
        ((), False, False),
    ],
)
def test_the_most_specific_route_decides_and_only_an_internet_gateway_lets_in(
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
    ("listed", "target", "v4"),
    [
        (("10.0.0.0/8", "172.16.0.0/12"), NAT, True),
        (("0.0.0.0/1", "128.0.0.0/1"), NAT, False),
        (("0.0.0.0/1", "128.0.0.0/1"), {"NetworkInterfaceId": "eni-1"}, None),
        (("0.0.0.0/1", "128.0.0.0/1"), FIREWALL, True),  # with a list, an endpoint is that of a service
        (("0.0.0.0/0",), NAT, True),  # a static route comes before an equal one of a list
        ((), NAT, True),
    ],
)
def test_the_routes_of_a_prefix_list_are_those_of_its_networks(
    listed: tuple[str, ...], target: dict[str, Any], v4: bool | None
) -> None:
    routes = (DEFAULT | IGW, ALL_LISTED | target)
    source = Routes(table(*routes, Main=True), table(*routes, vpc="vpc-2", Main=True), listed=listed)
    (found,) = enrich([{"SubnetId": "subnet-1", "VpcId": "vpc-1"}], source, SCOPE)
    assert Subnet.from_aws(found, SCOPE).internet_v4 is v4
    assert source.calls <= 2, "each list is asked for once"


@pytest.mark.parametrize("state", ["disassociated", "disassociating", "failed"])
def test_an_association_that_has_ended_or_failed_leaves_the_main_table(state: str) -> None:
    main = table(DEFAULT | IGW, Main=True)
    own = table(LOCAL, SubnetId="subnet-1", Main=False, AssociationState={"State": state})
    assert subnet(main, own).internet_v4 is True
    own = table(LOCAL, SubnetId="subnet-1", Main=False, AssociationState={"State": "associated"})
    assert subnet(main, own).internet_v4 is False


@pytest.mark.parametrize(
    ("mode", "internet"), [("off", True), ("block-ingress", False), ("block-bidirectional", False)]
)
def test_what_the_account_blocks_gets_nothing_in(mode: str, internet: bool) -> None:
    main = table(DEFAULT | IGW, Main=True)
    found = subnet(main, BlockPublicAccessStates={"InternetGatewayBlockMode": mode})
    assert found.internet_v4 is internet


def test_the_region_is_asked_once_and_only_routes_that_decide_are_kept() -> None:
    narrow = to("203.0.113.0/24", NAT)
    source = Routes(table(LOCAL, S3, narrow, DEFAULT | IGW, Main=True))
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
