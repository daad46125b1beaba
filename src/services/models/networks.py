"""Networks: how much of the internet ranges of addresses are together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


@lru_cache(maxsize=4096)  # an estate has few of them, many times
def range_of(cidr: str) -> Range | None:
    """The addresses of a network in CIDR notation; None for what is none."""
    try:
        network = ip_network(cidr, strict=False)
    except ValueError:
        return None
    return Range(network.version, int(network.network_address), int(network.broadcast_address))


def covered(ranges: Iterable[Range], version: int) -> int:
    """How many of the world's addresses of this IP version these ranges are together."""
    world = WORLD[version]
    start, stop = int(world.network_address), int(world.broadcast_address)
    inside = [(max(each.first, start), min(each.last, stop)) for each in ranges if each.version == version]
    number, end = 0, start - 1
    for first, last in sorted(inside):
        if first <= last and last > end:
            number += last - max(first - 1, end)
            end = last
    return number


def share(ranges: Iterable[Range], version: int) -> float:
    """The part of the world's addresses of this IP version that these are together, from 0 to 1."""
    return covered(ranges, version) / WORLD[version].num_addresses


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
    return 2 * covered(ranges, version) >= WORLD[version].num_addresses
