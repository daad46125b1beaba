from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from services.models.kit.base import Call
from services.models.kit.scope import Scope
from services.models.kit.values import Item
from services.models.securitygroup import RESOURCE_TYPE, SecurityGroup

SCOPE = Scope("412233445883", "us-east-1", "securitygroups")
EVERYONE = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
HALVES = {"IpRanges": [{"CidrIp": "0.0.0.0/1"}, {"CidrIp": "128.0.0.0/1"}]}


def group(*rules: dict[str, Any]) -> SecurityGroup:
    return SecurityGroup.from_aws({"GroupId": "sg-1", "IpPermissions": rules}, SCOPE)


def test_sample_tells_every_source() -> None:
    found = SecurityGroup.from_aws(RESOURCE_TYPE.sample, SCOPE)
    assert found.world == ("tcp 443",)
    assert found.ingress == (
        "tcp 9200-9300 10.20.0.0/16", "tcp 9200-9300 sg-09f8e7d6c5b4a3920", "tcp 443 0.0.0.0/0",
        "tcp 443 ::/0",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "world"),
    [
        ({"IpProtocol": "-1", **EVERYONE}, "all"),
        ({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, **EVERYONE}, "tcp 22"),
        ({"IpProtocol": "udp", "FromPort": 0, "ToPort": 65535, **EVERYONE}, "udp 0-65535"),
        ({"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, **EVERYONE}, "icmp"),
        ({"IpProtocol": "50", **EVERYONE}, "50"),
        ({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}, "tcp 22"),
        ({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}, ""),
        ({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, **HALVES}, "tcp 22"),
        ({"IpProtocol": "6", "FromPort": 22, "ToPort": 22, **EVERYONE}, "tcp 22"),
        ({"IpProtocol": "17", "FromPort": 53, "ToPort": 53, **EVERYONE}, "udp 53"),
        ({"IpProtocol": "tcp", **EVERYONE}, "tcp 0-65535"),
        ({"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1, **EVERYONE}, "icmp"),
    ],
)
def test_what_is_open_to_all_is_told_by_its_ports(rule: dict[str, Any], world: str) -> None:
    assert group(rule).open == world


class Interfaces:
    """A source with two interfaces."""

    def __init__(self) -> None:
        self.calls = 0

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        self.calls += 1
        yield {"NetworkInterfaces": [{"Groups": [{"GroupId": "sg-1"}]}]}
        yield {"NetworkInterfaces": [{"Groups": [{"GroupId": "sg-1"}, {"GroupId": "sg-2"}]}]}

    def call(self, service: str, operation: str, **parameters: Any) -> Item:
        raise NotImplementedError


def test_interfaces_are_counted_with_one_list() -> None:
    source = Interfaces()
    items = [{"GroupId": id} for id in ("sg-1", "sg-2", "sg-3")]
    assert RESOURCE_TYPE.enrich
    assert [item["Interfaces"] for item in RESOURCE_TYPE.enrich(items, source, SCOPE)] == [2, 1, 0]
    assert source.calls == 1
