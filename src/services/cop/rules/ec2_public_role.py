"""EC2-PUBLIC-ROLE: an instance that strangers reach, with permissions of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.cop.judge.facts import Facts, NotKnown
from services.cop.judge.ports import WEB, risk
from services.cop.judge.reach import FOLLOWED, through, ways_to
from services.cop.judge.rule import Example, Rule, example
from services.models.domain.finding import Finding, Unknown, Verdict
from services.models.instance import Instance
from services.models.kit.base import Resource


def check(instance: Instance, facts: Facts) -> Verdict:
    if not instance.role or instance.state == "terminated":
        return None
    unknown = ""
    for way in _ways(instance):
        try:
            if reached := _reached(*way, instance.region, facts):
                return Finding(f"public, with role {instance.role}, {reached}")
        except NotKnown as reason:
            unknown = str(reason)
    return Unknown(unknown) if unknown else None


def _ways(instance: Instance) -> Iterator[tuple[int, list[str], list[str]]]:
    """Each version of IP that an interface has an address of on the internet, its groups and subnets.

    What earlier versions of Polo stored tells of the first interface alone.
    """
    interfaces = instance.public_interfaces
    if not interfaces and instance.public_ip:
        interfaces = (" ".join((instance.subnet, *instance.security_groups, instance.public_ip)),)
    for words in (interface.split() for interface in interfaces):
        groups = [word for word in words if word.startswith("sg-")]
        subnets = [word for word in words if word.startswith("subnet-")]
        for version in sorted({6 if ":" in word else 4 for word in words if word not in (*groups, *subnets)}):
            yield version, groups, subnets


def _reached(version: int, groups: list[str], subnets: list[str], region: str, facts: Facts) -> str:
    """How the internet reaches an interface over a version of IP, "" where it does not. Raises NotKnown."""
    ways = ways_to(subnets, groups, facts, region, version)
    found = through(ways, lambda opens: risk(opens, facts.limits["fine"]))
    return "; ".join(filter(None, (f"open to the internet on {found[0]}", found[1]))) if found else ""


_ROLE = {"state": "running", "role": "app"}
_FIRST = "subnet-1 sg-1 52.0.0.1"
_ANY = ("100 allow all 0.0.0.0/0", "101 allow all ::/0")


def _instance(*interfaces: str, **changes: Any) -> Instance:
    instance: Instance = example("instances", **(_ROLE | {"public_interfaces": interfaces} | changes))
    return instance


def _group(*ingress: str, id: str = "sg-1") -> Resource:
    group: Resource = example("securitygroups", id=id, ingress=ingress)
    return group


def _subnet(v4: bool | None, v6: bool | None = False) -> Resource:
    subnet: Resource = example("subnets", id="subnet-1", internet_v4=v4, internet_v6=v6)
    return subnet


def _acl(*ingress: str) -> Resource:
    acl: Resource = example("networkacls", subnets=("subnet-1",), ingress=ingress, egress=_ANY)
    return acl


_OPEN = _group("tcp 22 0.0.0.0/0", "tcp 443 0.0.0.0/0")
_OPEN6 = _group("tcp 22 ::/0")
_WEB = _group("tcp 80 0.0.0.0/0", "tcp 443 ::/0")
_ALL = _group("all 0.0.0.0/0", id="sg-2")
_PUBLIC = _subnet(True)
_FLAT = {"public_ip": "52.0.0.1", "subnet": "subnet-1"}
_OLD = _instance(**_FLAT, security_groups=("sg-1",))

RULE = Rule(
    id="EC2-PUBLIC-ROLE",
    title="Instance with a role is open to the internet",
    types=("instances",),
    severity="high",
    confidence="certain",
    check=check,
    limits={"fine": WEB},
    looks_up=FOLLOWED,
    why="Who breaks into it has its role, and with it all that the role may do.",
    fix="Close the ports, or put the instance behind a load balancer without a public address.",
    source="Prowler ec2_instance_internet_facing_with_instance_profile; a route to an internet gateway: "
    "docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html; network ACLs, both ways: "
    "docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html",
    good=(
        Example(_instance(_FIRST), (_WEB, _PUBLIC)),
        Example(_instance(_FIRST, role=""), (_OPEN, _PUBLIC)),
        Example(_instance(_FIRST, state="terminated"), (_OPEN, _PUBLIC)),
        Example(_instance(public_ip=""), (_OPEN, _PUBLIC)),
        Example(_instance(_FIRST), (_OPEN, _subnet(False))),
        Example(_instance(_FIRST), (_OPEN, _PUBLIC, _acl("100 allow tcp 443-443 0.0.0.0/0"))),
        Example(_instance(_FIRST), (_OPEN, _PUBLIC, _acl("90 deny tcp 22-22 0.0.0.0/0", *_ANY))),
        Example(_instance(_FIRST), (_OPEN6, _subnet(True, True))),
        Example(_instance("subnet-1 sg-1 2600:1f18::7"), (_OPEN6, _PUBLIC)),
        Example(_instance(_FIRST), (_group("tcp 22 0.0.0.0/2"), _PUBLIC)),
        Example(_instance(_FIRST, **_FLAT, security_groups=("sg-2",)), (_WEB, _ALL, _PUBLIC)),
    ),
    bad=(
        Example(_instance(_FIRST), (_OPEN, _PUBLIC), severity="high"),
        Example(_instance(_FIRST), (_OPEN, _PUBLIC, _acl(*_ANY)), severity="high"),
        Example(_instance(_FIRST), (_OPEN, _PUBLIC, _acl("100 allow tcp 22-22 0.0.0.0/1")), severity="high"),
        Example(_instance(_FIRST), (_OPEN, _subnet(None)), severity="high"),
        Example(_instance(_FIRST), (_OPEN,), severity="high"),
        Example(_instance(_FIRST), (_group("tcp 22 0.0.0.0/1"), _PUBLIC), severity="high"),
        Example(_instance("subnet-1 sg-1 2600:1f18::7"), (_OPEN6, _subnet(False, True)), severity="high"),
        Example(
            _instance(_FIRST, "subnet-1 sg-2 52.0.0.2"), (_WEB, _group("all 0.0.0.0/0", id="sg-2"), _PUBLIC)
        ),
        Example(_instance("subnet-1 sg-1 sg-3 52.0.0.1"), (_OPEN, _PUBLIC), severity="high"),
        Example(_OLD, (_OPEN, _PUBLIC), severity="high"),
    ),
    unknown=(
        Example(_instance(_FIRST), (_PUBLIC,)),  # security groups not collected
        Example(_instance("subnet-1 sg-1 sg-3 52.0.0.1"), (_WEB, _PUBLIC)),
        Example(_instance(_FIRST), (_group("tcp 22 pl-1"), _PUBLIC)),
    ),
)
