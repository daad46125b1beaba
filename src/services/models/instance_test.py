from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.models.instance import RESOURCE_TYPE, Instance
from services.models.kit.scope import Scope

SCOPE = Scope("412233445883", "us-east-1", "instances")


def instance(**changes: object) -> Instance:
    return Instance.from_aws({**RESOURCE_TYPE.sample, **changes}, SCOPE)


def test_sample_becomes_an_instance() -> None:
    found = instance()
    assert (found.id, found.name, found.owner) == ("i-0a41c9f2be77d3e10", "search-node-a", "search")
    assert found.arn == "arn:aws:ec2:us-east-1:412233445883:instance/i-0a41c9f2be77d3e10"
    assert (found.state, found.instance_type, found.zone) == ("running", "r6i.2xlarge", "us-east-1b")
    assert (found.role, found.imds, found.lifecycle) == ("search-node", "optional", "on-demand")
    assert found.volumes == ("vol-0c2d3e4f5a6b7c8d9",)
    assert found.security_groups == ("sg-01a2b3c4d5e6f7a8b",)
    assert found.cost is None


def test_launch_time_is_told_in_utc() -> None:
    assert instance(LaunchTime=datetime(2026, 3, 4, 9, tzinfo=UTC)).created == "2026-03-04T09:00:00Z"
    assert instance(LaunchTime="2026-03-04T09:00:00+02:00").created == "2026-03-04T07:00:00Z"


def test_terminated_instance_has_no_network_and_no_disks() -> None:
    gone = Instance.from_aws(
        {"InstanceId": "i-1", "State": {"Name": "terminated"}, "BlockDeviceMappings": []}, SCOPE
    )
    assert (gone.state, gone.private_ip, gone.volumes) == ("terminated", "", ())


@pytest.mark.parametrize(
    ("tags", "managed_by", "group"),
    [
        ({}, "", ""),
        ({"Team": "autoscaling"}, "", ""),
        ({"aws:autoscaling:groupName": "web"}, "autoscaling", "web"),
        ({"aws:autoscaling:groupName": "eks-1", "eks:cluster-name": "shop"}, "eks", "eks-1"),
        ({"kubernetes.io/cluster/shop": "owned"}, "kubernetes", ""),
        ({"aws:elasticmapreduce:job-flow-id": "j-1"}, "emr", ""),
    ],
)
def test_instance_that_something_replaces_says_what(
    tags: dict[str, str], managed_by: str, group: str
) -> None:
    found = instance(Tags=[{"Key": key, "Value": value} for key, value in tags.items()])
    assert (found.managed_by, found.group) == (managed_by, group)


def test_spot_instance_says_so() -> None:
    assert instance(InstanceLifecycle="spot").lifecycle == "spot"


@pytest.mark.parametrize("name", ["", "   ", "\u00a0", " padded "])
def test_a_name_is_something_to_click_on_or_left_out(name: str) -> None:
    assert instance(Tags=[{"Key": "Name", "Value": name}]).name == name.strip()


def test_arn_names_the_partition() -> None:
    china = Instance.from_aws(RESOURCE_TYPE.sample, Scope("1", "cn-north-1", "instances"))
    gov = Instance.from_aws(RESOURCE_TYPE.sample, Scope("1", "us-gov-west-1", "instances"))
    assert china.arn.startswith("arn:aws-cn:ec2:cn-north-1:1:")
    assert gov.arn.startswith("arn:aws-us-gov:ec2:us-gov-west-1:1:")


def test_each_interface_with_a_public_address_is_told_with_what_guards_it() -> None:
    first = {
        "SubnetId": "subnet-1",
        "Groups": [{"GroupId": "sg-1"}, {"GroupId": "sg-2"}],
        "Association": {"PublicIp": "52.0.0.1"},
        "PrivateIpAddresses": [
            {"Association": {"PublicIp": "52.0.0.1"}},
            {"PrivateIpAddress": "10.0.0.7", "Association": {"PublicIp": "52.0.0.2"}},
        ],
        "Ipv6Addresses": [{"Ipv6Address": "2600:1f18::7"}, {"Ipv6Address": "fd00:ec2::7"}],
    }
    second = {"SubnetId": "subnet-2", "Groups": [{"GroupId": "sg-3"}], "Ipv6Addresses": []}
    third = {"SubnetId": "subnet-2", "Groups": [], "Association": {"PublicIp": "52.0.0.3"}}
    found = instance(NetworkInterfaces=[first, second, third], PublicIpAddress="52.0.0.1")
    assert found.public_interfaces == (
        "subnet-1 sg-1 sg-2 52.0.0.1 52.0.0.2 2600:1f18::7",
        "subnet-2 sg-01a2b3c4d5e6f7a8b 52.0.0.3",
    )


@pytest.mark.parametrize(
    ("item", "found"),
    [
        ({}, ()),
        ({"PublicIpAddress": "52.0.0.1"}, ("subnet-0d1f6a2b3c4d5e6f7 sg-01a2b3c4d5e6f7a8b 52.0.0.1",)),
        ({"Ipv6Address": "2600:1f18::7"}, ("subnet-0d1f6a2b3c4d5e6f7 sg-01a2b3c4d5e6f7a8b 2600:1f18::7",)),
        ({"PublicIpAddress": "52.0.0.1", "SubnetId": None, "SecurityGroups": []}, ("52.0.0.1",)),
        ({"NetworkInterfaces": [{"Ipv6Addresses": [{"Ipv6Address": "nonsense"}]}]}, ()),
    ],
)
def test_an_instance_tells_what_its_interfaces_do_not(
    item: dict[str, object], found: tuple[str, ...]
) -> None:
    assert instance(**item).public_interfaces == found
