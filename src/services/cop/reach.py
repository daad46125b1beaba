"""Reach: what the internet can reach of a resource, by its security groups and its subnets' routes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.cop.facts import Facts, NotKnown
from services.models.reach import ALL, Open, allowed, opened
from services.models.securitygroup import SecurityGroup

BOTH = (4, 6)
ROUTE_UNKNOWN = "whether a route leads there is not known"
FOLLOWED = ("securitygroups", "subnets")  # resource types that rules of reach look up


@dataclass(frozen=True)
class Gate:
    """What security groups let in from the internet together.

    surely: by what is known. perhaps: the same with everything open that is not known. unknown: what that is,
    "" for nothing.
    """

    surely: tuple[Open, ...]
    perhaps: tuple[Open, ...]
    unknown: str = ""

    def lets_in(self, port: int) -> bool:
        """Over TCP. Raises NotKnown."""
        if any(each.lets_in("tcp", port) for each in self.surely):
            return True
        if any(each.lets_in("tcp", port) for each in self.perhaps):
            raise NotKnown(self.unknown)
        return False


def gate_of(groups: Iterable[SecurityGroup], versions: Sequence[int] = BOTH) -> Gate:
    """What these groups let in: a packet that one of them lets in is in."""
    rules = [rule for group in groups for rule in allowed(group.ingress, group.lists)]
    surely = opened(rules, versions)
    doubtful = sorted({rule.source for rule in rules if isinstance(rule.source, str)})
    if not doubtful:
        return Gate(surely, surely)
    return Gate(surely, opened(rules, versions, doubt=True), f"what {', '.join(doubtful)} holds is not known")


def gate_before(ids: Iterable[str], facts: Facts, region: str, versions: Sequence[int] = BOTH) -> Gate:
    """What the groups with these ids let in; one that was not collected may let in everything.

    Raises NotKnown where no groups were collected, or a resource is told to have none.
    """
    groups: Mapping[str, Any] = facts.others("securitygroups", region)
    wanted = tuple(ids)
    if not wanted:
        raise NotKnown("its security groups are not told")
    gate = gate_of([groups[id] for id in wanted if id in groups], versions)
    missing = ", ".join(id for id in wanted if id not in groups)
    return Gate(gate.surely, (Open(ALL),), f"{missing} was not collected") if missing else gate


def route_leads(ids: Iterable[str], facts: Facts, region: str, version: int) -> bool | None:
    """Whether an internet gateway leads to one of these subnets; None where that is not known."""
    subnets = known(facts, "subnets", region)
    told = [getattr(subnets[id], f"internet_v{version}") if id in subnets else None for id in ids]
    if any(told):
        return True
    return None if not told or None in told else False


def known(facts: Facts, type: str, region: str) -> Mapping[str, Any]:
    """The resources of a type, by id; none where they were not collected, or not well."""
    try:
        return facts.others(type, region)
    except NotKnown:
        return {}
