"""Exposure: how far the internet gets to what has a public address and listens on a few ports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.cop.judge.facts import Facts, NotKnown
from services.cop.judge.reach import through, ways_to
from services.models.domain.finding import SEVERITIES, Finding, Severity, Unknown
from services.models.kit.reach import Open

DOUBTFUL: Severity = "high"  # the internet may reach it
CLOSED: Severity = "medium"  # its address is all that is public


def exposure(
    region: str,
    ports: Sequence[int],
    subnets: Iterable[str],
    groups: Iterable[str],
    facts: Facts,
    versions: Sequence[int],
) -> Finding | Unknown:
    """The worst of these versions of IP; of the rule's own severity where the internet reaches a port.

    subnets: it is in one of them, () for not known. ports: () for not known.
    """
    found: list[Finding] = []
    unknown = ""
    places, groups = tuple(subnets), tuple(groups)
    for version in versions:
        try:
            found.append(_exposure(region, ports, places, groups, facts, version))
        except NotKnown as reason:
            unknown = str(reason)
    worst = min(found, key=lambda one: SEVERITIES.index(one.severity or "critical"), default=None)
    return Unknown(unknown) if worst is None or (unknown and worst.severity == CLOSED) else worst


def _exposure(
    region: str,
    ports: Sequence[int],
    subnets: Sequence[str],
    groups: Sequence[str],
    facts: Facts,
    version: int,
) -> Finding:
    """Over one version of IP. Raises NotKnown."""
    ways = ways_to(subnets, groups, facts, region, version)
    if not ways:
        return Finding("has a public address; no internet gateway leads to its subnets", severity=CLOSED)
    if not ports:
        raise NotKnown("its port is unknown")

    def reached(opens: Sequence[Open]) -> list[int]:
        return [port for port in ports if any(each.lets_in("tcp", port) for each in opens)]

    found = through(ways, reached)
    if not found:
        message = "has a public address; its security groups and network ACLs keep strangers out"
        return Finding(message, severity=CLOSED)
    which, doubt = found
    message = f"the internet reaches port {', '.join(map(str, which))}"
    return Finding(f"{message}; {doubt}", severity=DOUBTFUL) if doubt else Finding(message)
