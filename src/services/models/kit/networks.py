"""Networks: how much of the internet ranges of addresses are together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import NamedTuple

PUBLIC_IPV6 = IPv6Network("2000::/3")  # nobody on the internet has others: RFC 4291, 2.4
WORLD: Mapping[int, IPv4Network | IPv6Network] = {4: IPv4Network("0.0.0.0/0"), 6: PUBLIC_IPV6}


class Range(NamedTuple):
    """Addresses of one IP version, as numbers, both ends included."""

    version: int
    first: int
    last: int


ALL_ADDRESSES = {
    version: Range(version, int(network.network_address), int(network.broadcast_address))
    for version, network in WORLD.items()
}
HOW_MANY = {version: network.num_addresses for version, network in WORLD.items()}


@lru_cache(maxsize=4096)  # an estate has few of them, many times
def range_of(cidr: str) -> Range | None:
    """The addresses of a network in CIDR notation; None for what is none."""
    try:
        network = ip_network(cidr, strict=False)
    except ValueError:
        return None
    return Range(network.version, int(network.network_address), int(network.broadcast_address))


def inside(ranges: Iterable[Range], one: Range) -> list[Range]:
    """What of these ranges is in that one."""
    cut = ((max(each.first, one.first), min(each.last, one.last)) for each in _alike(ranges, one))
    return [Range(one.version, first, last) for first, last in cut if first <= last]


def outside(ranges: Iterable[Range], one: Range) -> list[Range]:
    """What of these ranges, all of its version, is not in that one."""
    found: list[Range] = []
    for each in _alike(ranges, one):
        sides = (each.first, min(each.last, one.first - 1)), (max(each.first, one.last + 1), each.last)
        found += [Range(one.version, first, last) for first, last in sides if first <= last]
    return found


def _alike(ranges: Iterable[Range], one: Range) -> Iterator[Range]:
    return (each for each in ranges if each.version == one.version)


def covered(ranges: Iterable[Range], version: int) -> int:
    """How many of the world's addresses of this IP version these ranges are together."""
    _, start, stop = ALL_ADDRESSES[version]
    within = [(max(first, start), min(last, stop)) for one, first, last in ranges if one == version]
    number, end = 0, start - 1
    for first, last in sorted(within):
        if first <= last and last > end:
            number += last - max(first - 1, end)
            end = last
    return number


def share(ranges: Iterable[Range], version: int) -> float:
    """The part of the world's addresses of this IP version that these are together, from 0 to 1."""
    return covered(ranges, version) / HOW_MANY[version]


def is_within(address: str, network: IPv4Network | IPv6Network) -> bool:
    """Whether it is an address of the network; a text that is no address is none."""
    try:
        return ip_address(address) in network
    except ValueError:
        return False


WIDE = {4: 16, 6: 20}  # IP version -> prefix length


def is_wide(cidr: str) -> bool:
    """Whether a network matters where many are added up: 1,000 narrower ones are less than 2 % of the world.

    A prefix list has at most 1,000 entries (docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html).
    """
    _, _, size = cidr.partition("/")
    return not size.isdecimal() or int(size) <= WIDE[6 if ":" in cidr else 4]


def is_internet(ranges: Iterable[Range], version: int) -> bool:
    """Whether these ranges together are half of the world's addresses or more.

    Nobody has half of them: the largest holder has 5 % of IPv4. So what lets them in knows no callers, and
    0.0.0.0/1 with 128.0.0.0/1, or all but some, is 0.0.0.0/0 in other words. ALLOWED_CIDRS ends there too.
    """
    return 2 * covered(ranges, version) >= HOW_MANY[version]
