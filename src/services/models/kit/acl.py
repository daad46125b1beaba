"""What network ACLs let through of what security groups let in. Pure.

Entries are tried in the order of their numbers; the first that matches decides, and what none matches is
denied. An ACL keeps no state, so answers need to be let out as well, to the port that the caller has chosen:
docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from services.models.kit.networks import ALL_ADDRESSES, Range, inside, is_internet, outside, range_of
from services.models.kit.reach import ALL, LAST, WITH_PORTS, Allowed

# of callers: docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
EPHEMERAL = (1024, LAST)
Lines = tuple[str, ...]  # as NetworkAcl.ingress has them


class Entry(NamedTuple):
    allows: bool
    protocol: str
    first: int
    last: int
    source: Range

    def is_of(self, protocol: str, version: int) -> bool:
        return self.source.version == version and self.protocol in (protocol, ALL)


@lru_cache(maxsize=1024)  # most of an estate's are alike
def entries(lines: Lines) -> tuple[Entry, ...]:
    """The entries of one direction: "100 allow tcp 22 10.0.0.0/8"."""
    return tuple(entry for line in lines if (entry := _entry(line)))


def _entry(line: str) -> Entry | None:
    what, _, source = line.rpartition(" ")
    _, action, protocol, *ports = what.split(" ")
    first, _, last = (ports[0] if ports else f"0-{LAST}").partition("-")
    network = range_of(source)
    return network and Entry(action == "allow", protocol, int(first), int(last or first), network)


def let_through(rules: Sequence[Allowed], ingress: Lines, egress: Lines, version: int) -> Sequence[Allowed]:
    """What an ACL leaves of the TCP and UDP that these rules let in over a version of IP.

    A source that is not known stays as it is where the ACL lets the internet in at all.
    """
    if _is_all(ingress, version) and _is_all(egress, version):
        return rules
    return [each for rule in rules for each in _left_of(rule, ingress, egress, version)]


def _is_all(lines: Lines, version: int) -> bool:
    """Whether the first entry that matters lets everything through, as the one of a default ACL does."""
    first = next((entry for entry in entries(lines) if entry.source.version == version), None)
    world = ALL_ADDRESSES[version]
    return (
        first is not None
        and first.allows
        and first.protocol == ALL
        and inside([world], first.source) == [world]
    )


def _left_of(rule: Allowed, ingress: Lines, egress: Lines, version: int) -> Iterator[Allowed]:
    for protocol in WITH_PORTS if rule.protocol == ALL else (rule.protocol,):
        if protocol in WITH_PORTS:
            answered = _answered(egress, protocol, version)
            for first, last in _spans(ingress, protocol, version, rule.first, rule.last):
                admitted = _admitted(ingress, protocol, first, version)
                both = [one for each in answered for one in inside(admitted, each)]
                yield from (Allowed(protocol, first, last, one) for one in _of(rule.source, both, version))


def _of(source: Range | str, ranges: Iterable[Range], version: int) -> Iterable[Range | str]:
    if isinstance(source, str):
        return [source] if is_internet(ranges, version) else []
    return inside(ranges, source)


def _admitted(lines: Lines, protocol: str, port: int, version: int) -> list[Range]:
    """The addresses whose packets to this port are let through."""
    left, found = [ALL_ADDRESSES[version]], []
    for entry in entries(lines):
        if entry.is_of(protocol, version) and entry.first <= port <= entry.last:
            found += inside(left, entry.source) if entry.allows else []
            left = outside(left, entry.source)
    return found


@lru_cache(maxsize=1024)
def _answered(egress: Lines, protocol: str, version: int) -> tuple[Range, ...]:
    """The addresses that get answers on one of their ephemeral ports, each once."""
    found: list[Range] = []
    for first, _ in _spans(egress, protocol, version, *EPHEMERAL):
        new = _admitted(egress, protocol, first, version)
        for known in found:
            new = outside(new, known)
        found += new
    return tuple(found)


def _spans(lines: Lines, protocol: str, version: int, first: int, last: int) -> Iterator[tuple[int, int]]:
    """These ports, in spans of which an ACL treats all alike."""
    own = [entry for entry in entries(lines) if entry.is_of(protocol, version)]
    edges = {edge for entry in own for edge in (entry.first, entry.last + 1)}
    starts = sorted({first, *(edge for edge in edges if first < edge <= last)})
    yield from zip(starts, [*(start - 1 for start in starts[1:]), last], strict=True)
