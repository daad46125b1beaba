"""Security groups: what they let in from the whole internet, and how many interfaces they guard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Self

from services.models.kit import prefix_lists
from services.models.kit.base import MANAGED, Call, Column, Resource, ResourceType, arn_of
from services.models.kit.questions import Questions
from services.models.kit.reach import NUMBERS, WITH_PORTS, Open, allowed, opened
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import Items, chain, for_all
from services.models.kit.values import Item, each, required, tags_of, text, texts, whole

INTERFACES = Call("ec2", "describe_network_interfaces", "NetworkInterfaces[]", MANAGED, page_size=1000)
SOURCES = (
    ("IpRanges", "CidrIp"),
    ("Ipv6Ranges", "CidrIpv6"),
    ("PrefixListIds", "PrefixListId"),
    ("UserIdGroupPairs", "GroupId"),
)


@model
class SecurityGroup(Resource):
    """ingress: "tcp 22 10.0.0.0/8", each rule with each source. world: "tcp 22", what the internet may reach.

    lists: the prefix lists among the sources that could be read: "pl-1", and "pl-1 0.0.0.0/1" for each of
    their networks that is wide.
    """

    open: str = ""
    rules: int | None = None
    interfaces: int | None = None  # 0: it guards nothing
    vpc: str = ""
    description: str = ""
    world: tuple[str, ...] = ()
    ingress: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "GroupId")
        ingress, lists = tuple(dict.fromkeys(_ingress(item))), tuple(_lists(item))
        world = tuple(map(str, opened(allowed(ingress, lists))))
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "SecurityGroupArn")
            or arn_of(scope, "ec2", f"security-group/{id}", text(item, "OwnerId")),
            name=tags_of(item.get("Tags")).get("Name", "") or text(item, "GroupName"),
            open=", ".join(world),
            rules=len(ingress),
            interfaces=whole(item, "Interfaces"),
            vpc=text(item, "VpcId"),
            description=text(item, "Description"),
            world=world,
            ingress=ingress,
            lists=lists,
        )


def _ingress(item: Item) -> Iterator[str]:
    """Every rule that lets something in, with each of its sources."""
    for rule in each(item, "IpPermissions"):
        ports = _ports(rule)
        for key, name in SOURCES:
            sources = (text(source, name) for source in each(rule, key))
            yield from (f"{ports} {source}" for source in sources if source)


def _ports(rule: Item) -> str:
    protocol, first, last = text(rule, "IpProtocol"), whole(rule, "FromPort"), whole(rule, "ToPort")
    protocol = NUMBERS.get(protocol, protocol)
    if protocol not in WITH_PORTS or first is None or last is None or first < 0:
        return protocol
    return str(Open(protocol, first, last))


def _lists(item: Item) -> Iterator[str]:
    """The prefix lists that could be read, with their wide networks."""
    lists = item.get("PrefixLists")
    if not isinstance(lists, Mapping):
        return
    for id in sorted(lists):
        yield id
        yield from (f"{id} {network}" for network in texts(lists, id))


def with_interfaces(items: Items, questions: Questions, scope: Scope) -> Iterable[Item]:
    """The groups with the number of "Interfaces" that have them."""
    interfaces = questions.listed(INTERFACES)
    if interfaces is None:
        return [item | {"Interfaces": None} for item in items]
    used = Counter(text(group, "GroupId") for interface in interfaces for group in each(interface, "Groups"))
    return [item | {"Interfaces": used[text(item, "GroupId")]} for item in items]


RESOURCE_TYPE = ResourceType(
    name="securitygroups",
    title="Security groups",
    singular="Security group",
    order=43,
    model=SecurityGroup,
    call=Call("ec2", "describe_security_groups", "SecurityGroups[]", page_size=1000),
    enrich=chain(for_all(with_interfaces), prefix_lists.with_lists),
    actions=(
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeNetworkInterfaces",
        prefix_lists.ACTION,
    ),
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
