"""Security groups: what they let in from the whole internet, and how many interfaces they guard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Self

from services.models.base import Call, Column, Resource, ResourceType, Source, arn_of
from services.models.record import model
from services.models.scope import Scope
from services.models.values import Item, each, required, tags_of, text, whole

INTERFACES = Call("ec2", "describe_network_interfaces", "NetworkInterfaces[]", page_size=1000)
WORLD = ("0.0.0.0/0", "::/0")
ALL = "all"  # every port of every protocol


@model
class SecurityGroup(Resource):
    """ingress: "tcp 22 10.0.0.0/8" a rule and source. world: "tcp 22" a rule that lets in everyone."""

    open: str = ""
    rules: int | None = None
    interfaces: int | None = None  # 0: it guards nothing
    vpc: str = ""
    description: str = ""
    world: tuple[str, ...] = ()
    ingress: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "GroupId")
        ingress = tuple(dict.fromkeys(_ingress(item)))
        world = tuple(dict.fromkeys(ports for ports, source in ingress if source in WORLD))
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "SecurityGroupArn") or arn_of(scope, "ec2", f"security-group/{id}"),
            name=tags_of(item.get("Tags")).get("Name", "") or text(item, "GroupName"),
            open=", ".join(world),
            rules=len(ingress),
            interfaces=whole(item, "Interfaces"),
            vpc=text(item, "VpcId"),
            description=text(item, "Description"),
            world=world,
            ingress=tuple(f"{ports} {source}" for ports, source in ingress),
        )


def _ingress(item: Item) -> Iterator[tuple[str, str]]:
    """Ports and source of every rule that lets something in."""
    for rule in each(item, "IpPermissions"):
        ports = _ports(rule)
        for key, source in (
            ("IpRanges", "CidrIp"),
            ("Ipv6Ranges", "CidrIpv6"),
            ("PrefixListIds", "PrefixListId"),
            ("UserIdGroupPairs", "GroupId"),
        ):
            yield from ((ports, text(each_source, source)) for each_source in each(rule, key))


def _ports(rule: Item) -> str:
    protocol, first, last = text(rule, "IpProtocol"), whole(rule, "FromPort"), whole(rule, "ToPort")
    if protocol == "-1":
        return ALL
    if first is None or last is None or first < 0:
        return protocol
    return f"{protocol} {first}" if first == last else f"{protocol} {first}-{last}"


def with_interfaces(items: list[dict[str, Any]], source: Source, scope: Scope) -> Iterable[Item]:
    """The groups with the number of "Interfaces" that have them."""
    pages = source.pages(INTERFACES) if items else ()
    interfaces = (interface for page in pages for interface in each(page, "NetworkInterfaces"))
    used = Counter(text(group, "GroupId") for interface in interfaces for group in each(interface, "Groups"))
    return [item | {"Interfaces": used[text(item, "GroupId")]} for item in items]


RESOURCE_TYPE = ResourceType(
    name="securitygroups",
    title="Security groups",
    singular="Security group",
    order=43,
    model=SecurityGroup,
    call=Call("ec2", "describe_security_groups", "SecurityGroups[]", page_size=1000),
    enrich=with_interfaces,
    actions=("ec2:DescribeSecurityGroups", "ec2:DescribeNetworkInterfaces"),
    columns=(
        Column("open", "Open to all", mono=True, facet=True),
        Column("rules", "Rules", numeric=True),
        Column("interfaces", "Interfaces", numeric=True),
        Column("vpc", "VPC", mono=True),
        Column("description", "Description"),
    ),
    console="https://{region}.console.aws.amazon.com/ec2/home?region={region}#SecurityGroup:groupId={id}",
    volatile=("interfaces", "raw.Interfaces"),
    sample={
        "GroupId": "sg-01a2b3c4d5e6f7a8b",
        "GroupName": "search-internal",
        "SecurityGroupArn": "arn:aws:ec2:us-east-1:412233445883:security-group/sg-01a2b3c4d5e6f7a8b",
        "OwnerId": "412233445883",
        "VpcId": "vpc-0a1b2c3d4e5f60718",
        "Description": "Search nodes",
        "IpPermissions": [
            {
                "IpProtocol": "tcp",
                "FromPort": 9200,
                "ToPort": 9300,
                "IpRanges": [{"CidrIp": "10.20.0.0/16", "Description": "VPC"}],
                "Ipv6Ranges": [],
                "PrefixListIds": [],
                "UserIdGroupPairs": [{"GroupId": "sg-09f8e7d6c5b4a3920", "UserId": "412233445883"}],
            },
            {
                "IpProtocol": "tcp",
                "FromPort": 443,
                "ToPort": 443,
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
                "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
            },
        ],
        "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
        "Interfaces": 4,
        "Tags": [{"Key": "Team", "Value": "search"}],
    },
)
