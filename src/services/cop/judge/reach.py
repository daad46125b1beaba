"""Reach: what the internet can reach of a resource, by its security groups, routes and network ACLs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from services.cop.judge.facts import Facts, NotKnown
from services.models.kit.acl import Lines, let_through
from services.models.kit.reach import ALL, LAST, Allowed, Open, allowed, opened
from services.models.securitygroup import SecurityGroup

BOTH = (4, 6)
ROUTE_UNKNOWN = "whether a route leads there is not known"
ACL_UNKNOWN = "whether a network ACL lets it in is not known"
FOLLOWED = ("securitygroups", "subnets", "networkacls")  # resource types that rules of reach look up


@dataclass(frozen=True)
class Gate:
    """What security groups let in from the internet together.

    surely: by what is known. perhaps: the same with everything open that is not known. unknown: what that is,
    "" for nothing.
    """

    surely: tuple[Open, ...]
    perhaps: tuple[Open, ...]
    unknown: str = ""


def gate_of(groups: Iterable[SecurityGroup], versions: Sequence[int] = BOTH) -> Gate:
    """What these groups let in: a packet that one of them lets in is in."""
    return _gate(_rules(groups), versions)


def _rules(groups: Iterable[SecurityGroup]) -> list[Allowed]:
    return [rule for group in groups for rule in allowed(group.ingress, group.lists)]


def _gate(rules: Sequence[Allowed], versions: Sequence[int], missing: Sequence[str] = ()) -> Gate:
    """missing: groups that were not collected, each of which may let in everything."""
    surely = opened(rules, versions)
    doubtful = sorted({rule.source for rule in rules if isinstance(rule.source, str)})
    if not doubtful:
        return Gate(surely, surely)
    why = (
        f"{', '.join(missing)} was not collected"
        if missing
        else f"what {', '.join(doubtful)} holds is not known"
    )
    return Gate(surely, opened(rules, versions, doubt=True), why)


T = TypeVar("T")


@dataclass(frozen=True)
class Way:
    """Over which the internet may come to a subnet; doubt: what is not known of it, "" for nothing."""

    gate: Gate
    doubt: str


def ways_to(
    subnets: Iterable[str], groups: Iterable[str], facts: Facts, region: str, version: int
) -> list[Way]:
    """The ways to an interface in one of these subnets, with these security groups, over a version of IP.

    None to a subnet to which no route leads. Which one it is in is not known where there are none. Raises
    NotKnown where no groups were collected, or it is told to have none.
    """
    routes = {id: route_leads(id, facts, region, version) for id in tuple(subnets) or ("",)}
    open_routes = {id: route for id, route in routes.items() if route is not False}
    if not open_routes:
        return []
    known_groups: Mapping[str, Any] = facts.others("securitygroups", region)
    wanted = tuple(groups)
    if not wanted:
        raise NotKnown("its security groups are not told")
    missing = [id for id in wanted if id not in known_groups]
    rules = _rules(known_groups[id] for id in wanted if id in known_groups)
    rules += [Allowed(ALL, 0, LAST, id) for id in missing]
    ways = []
    for id, route in open_routes.items():
        acl = acl_of(id, facts, region)
        left = let_through(rules, *acl, version) if acl else rules
        doubts = [*([] if route else [ROUTE_UNKNOWN]), *([] if acl else [ACL_UNKNOWN])]
        ways.append(Way(_gate(left, (version,), missing), "; ".join(doubts)))
    return sorted(ways, key=lambda way: len(way.doubt))  # one that is known tells more


def through(ways: Iterable[Way], found: Callable[[Sequence[Open]], T | None]) -> tuple[T, str] | None:
    """What is found of what the first way opens on which there is anything, and the way's doubt.

    Raises NotKnown where only what is not known could open it.
    """
    unknown = ""
    for way in ways:
        if surely := found(way.gate.surely):
            return surely, way.doubt
        if found(way.gate.perhaps):
            unknown = way.gate.unknown
    if unknown:
        raise NotKnown(unknown)
    return None


def route_leads(subnet: str, facts: Facts, region: str, version: int) -> bool | None:
    """Whether an internet gateway leads to the subnet; None where that is not known."""
    found = known(facts, "subnets", region).get(subnet)
    told: bool | None = getattr(found, f"internet_v{version}") if found else None
    return told


def acl_of(subnet: str, facts: Facts, region: str) -> tuple[Lines, Lines] | None:
    """What the subnet's network ACL lets in and out; None where that is not known."""
    for acl in known(facts, "networkacls", region).values():
        if subnet and subnet in (acl.subnets or ()):
            return None if acl.ingress is None or acl.egress is None else (acl.ingress, acl.egress)
    return None


def known(facts: Facts, type: str, region: str) -> Mapping[str, Any]:
    """The resources of a type, by id; none where they were not collected, or not well."""
    try:
        return facts.others(type, region)
    except NotKnown:
        return {}
