"""Network ACLs: what they let in and out of the subnets that they guard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Self

from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.networks import range_of
from services.models.kit.reach import NUMBERS, WITH_PORTS
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, each, flag, required, tags_of, text, whole

LAST_RULE = 32767  # the first number that nobody gives: of the entries that AWS shows as *
ACTIONS = ("allow", "deny")


@model
class NetworkAcl(Resource):
    """ingress, egress: "100 allow tcp 22 10.0.0.0/8", in the order in which they are tried; the first that
    matches decides, and what none matches is denied. subnets: those that it guards.
    """

    default: bool | None = None
    rules: int | None = None  # that somebody made
    guarded: int | None = None
    vpc: str = ""
    subnets: tuple[str, ...] | None = None
    ingress: tuple[str, ...] | None = None
    egress: tuple[str, ...] | None = None

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "NetworkAclId")
        entries, subnets = _entries(item), _subnets(item)
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=arn_of(scope, "ec2", f"network-acl/{id}", text(item, "OwnerId")),
            name=tags_of(item.get("Tags")).get("Name", ""),
            default=flag(item, "IsDefault"),
            rules=None if entries is None else sum(entry.number < LAST_RULE for entry in entries),
            guarded=None if subnets is None else len(subnets),
            vpc=text(item, "VpcId"),
            subnets=subnets,
            ingress=_lines(entries, egress=False),
            egress=_lines(entries, egress=True),
        )


class Entry(NamedTuple):
    number: int
    egress: bool
    line: str


def _subnets(item: Item) -> tuple[str, ...] | None:
    if not isinstance(item.get("Associations"), list):
        return None
    return tuple(text(one, "SubnetId") for one in each(item, "Associations"))


def _entries(item: Item) -> list[Entry] | None:
    """In the order in which they are tried; None where one is odd, for the order decides."""
    found = [_entry(one) for one in each(item, "Entries")]
    known = [entry for entry in found if entry]
    return sorted(known) if len(known) == len(found) and isinstance(item.get("Entries"), list) else None


def _entry(entry: Item) -> Entry | None:
    number, egress, action = whole(entry, "RuleNumber"), flag(entry, "Egress"), text(entry, "RuleAction")
    network = text(entry, "CidrBlock") or text(entry, "Ipv6CidrBlock")
    protocol = NUMBERS.get(text(entry, "Protocol"), text(entry, "Protocol"))
    first, last = whole(entry, "PortRange", "From"), whole(entry, "PortRange", "To")
    if number is None or egress is None or action not in ACTIONS or not range_of(network) or " " in protocol:
        return None
    ports = "" if protocol not in WITH_PORTS or first is None or last is None else f" {first}-{last}"
    return Entry(number, egress, f"{number} {action} {protocol}{ports} {network}")


def _lines(entries: Iterable[Entry] | None, *, egress: bool) -> tuple[str, ...] | None:
    return None if entries is None else tuple(entry.line for entry in entries if entry.egress is egress)


RESOURCE_TYPE = ResourceType(
    name="networkacls",
    title="Network ACLs",
    singular="Network ACL",
    order=47,
    model=NetworkAcl,
    call=Call("ec2", "describe_network_acls", "NetworkAcls[]", page_size=1000),
    actions=("ec2:DescribeNetworkAcls",),
    columns=(
        Column("default", "Default", facet=True),
        Column("rules", "Rules", numeric=True),
        Column("guarded", "Subnets", numeric=True),
        Column("vpc", "VPC", mono=True),
    ),
    console="https://{region}.console.aws.amazon.com/vpcconsole/home?region={region}"
    "#NetworkAclDetails:networkAclId={id}",
    sample={
        "NetworkAclId": "acl-0b1c2d3e4f5a60718",
        "VpcId": "vpc-0a1b2c3d4e5f60718",
        "OwnerId": "412233445883",
        "IsDefault": False,
        "Associations": [
            {
                "NetworkAclAssociationId": "aclassoc-0a1b2c3d4e5f60718",
                "NetworkAclId": "acl-0b1c2d3e4f5a60718",
                "SubnetId": "subnet-0d1f6a2b3c4d5e6f7",
            }
        ],
        "Entries": [
            {
                "CidrBlock": "0.0.0.0/0",
                "Egress": egress,
                "Protocol": protocol,
                "RuleAction": action,
                "RuleNumber": number,
                **ports,
            }
            for egress, number, protocol, action, ports in (
                (True, 100, "-1", "allow", {}),
                (True, LAST_RULE, "-1", "deny", {}),
                (False, 100, "6", "allow", {"PortRange": {"From": 443, "To": 443}}),
                (False, 110, "6", "allow", {"PortRange": {"From": 1024, "To": 65535}}),
                (False, LAST_RULE, "-1", "deny", {}),
            )
        ],
        "Tags": [{"Key": "Name", "Value": "private"}, {"Key": "Team", "Value": "platform"}],
    },
)
