"""Reach: which ports the rules of security groups open to the internet. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from services.models.kit.networks import Range, is_internet, range_of

ALL = "all"  # every port of every protocol
WITH_PORTS = ("tcp", "udp")
NUMBERS = {"-1": ALL, "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}  # as IANA has them
LAST = 65535


class Allowed(NamedTuple):
    """Ports of a protocol that a rule opens to a range; to whom is not known where the source is a text."""

    protocol: str
    first: int
    last: int
    source: Range | str


class Open(NamedTuple):
    """Ports that the internet may reach; a protocol without ports has all of them."""

    protocol: str
    first: int = 0
    last: int = LAST

    def __str__(self) -> str:
        if self.protocol not in WITH_PORTS:
            return self.protocol
        ports = f"{self.first}" if self.first == self.last else f"{self.first}-{self.last}"
        return f"{self.protocol} {ports}"

    def lets_in(self, protocol: str, port: int) -> bool:
        return self.protocol in (protocol, ALL) and self.first <= port <= self.last


def allowed(ingress: Iterable[str], lists: Iterable[str] = ()) -> list[Allowed]:
    """What rules in the form of SecurityGroup.ingress let in, but for members of security groups.

    lists: prefix lists that could be read, as SecurityGroup.lists has them.
    """
    known: dict[str, list[Range | str]] = {}
    for line in lists:
        id, _, network = line.partition(" ")
        known.setdefault(id, []).extend([range_of(network) or id] if network else [])
    return [each for rule in ingress for each in _allowed(rule, known)]


def _allowed(rule: str, lists: Mapping[str, Sequence[Range | str]]) -> Iterator[Allowed]:
    what, _, source = rule.rpartition(" ")
    if source.startswith("sg-"):
        return
    protocol, _, ports = what.partition(" ")
    first, _, last = ports.partition("-")
    for addresses in lists.get(source, [range_of(source) or source]):
        yield Allowed(protocol, int(first or 0), int(last or first or LAST), addresses)


def opened(
    rules: Iterable[Allowed], versions: Sequence[int] = (4, 6), *, doubt: bool = False
) -> tuple[Open, ...]:
    """What these rules open to the internet together, whatever their order and however ranges are split.

    versions: the IP versions that count. doubt: take sources that are not known for the internet.
    """
    known = tuple(rule for rule in rules if doubt or not isinstance(rule.source, str))
    return _opened(known, tuple(versions))


@lru_cache(maxsize=4096)  # many groups of an estate have the same rules
def _opened(known: tuple[Allowed, ...], versions: tuple[int, ...]) -> tuple[Open, ...]:
    if not _is_open(known, versions):  # not even all sources together: so with most groups
        return ()
    every = [rule for rule in known if rule.protocol == ALL]
    if _is_open(every, versions):
        return (Open(ALL),)
    found: list[Open] = []
    for protocol in sorted({rule.protocol for rule in known} - {ALL} | {*WITH_PORTS}):
        found += _spans(protocol, [rule for rule in known if rule.protocol in (protocol, ALL)], versions)
    return tuple(found)


def _spans(protocol: str, rules: Sequence[Allowed], versions: Sequence[int]) -> Iterator[Open]:
    """The longest spans of ports of which each is open."""
    if not _is_open(rules, versions):
        return
    begun: int | None = None
    for start in sorted({edge for rule in rules for edge in (rule.first, rule.last + 1)}):
        is_open = _is_open([rule for rule in rules if rule.first <= start <= rule.last], versions)
        if is_open and begun is None:
            begun = start
        elif begun is not None and not is_open:
            yield Open(protocol, begun, start - 1)
            begun = None


def _is_open(rules: Sequence[Allowed], versions: Sequence[int]) -> bool:
    known = [rule.source for rule in rules if not isinstance(rule.source, str)]
    return len(known) < len(rules) or any(is_internet(known, version) for version in versions)
