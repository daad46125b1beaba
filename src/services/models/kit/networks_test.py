from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.models.kit.networks import Range, covered, inside, is_internet, outside, range_of, share

BLOCK = int(IPv6Network("2000::/3").network_address)
SPANS = st.lists(st.tuples(st.integers(-20, 80), st.integers(0, 60)), max_size=12)
V4 = st.builds(
    lambda at, size: IPv4Network((at >> (32 - size) << (32 - size), size)),
    st.integers(0, 2**32 - 1),
    st.integers(0, 32),
)


@pytest.mark.parametrize(
    ("networks", "version", "internet"),
    [
        (["0.0.0.0/0"], 4, True),
        (["0.0.0.0/1", "128.0.0.0/1"], 4, True),
        (["0.0.0.0/1"], 4, True),
        (["0.0.0.0/2", "192.0.0.0/2"], 4, True),
        (["0.0.0.0/2", "192.0.0.0/3"], 4, False),
        (["0.0.0.0/2"] * 3, 4, False),
        (["10.0.0.0/8"], 4, False),
        (["::/0"], 6, True),
        (["2000::/3"], 6, True),
        (["2000::/4"], 6, True),
        (["2000::/5"], 6, False),
        (["::/1"], 6, True),
        (["8000::/1", "fc00::/7"], 6, False),  # nobody on the internet has these
        (["::/0"], 4, False),
        (["0.0.0.0/0"], 6, False),
        ([], 4, False),
    ],
)
def test_half_of_the_addresses_is_the_internet(networks: list[str], version: int, internet: bool) -> None:
    assert is_internet(ranges(networks), version) is internet


@pytest.mark.parametrize("text", ["", "office", "0.0.0.0/33", "1.2.3/8", "::/129", "fe80::1%eth0/64/1"])
def test_what_is_no_network_has_no_range(text: str) -> None:
    assert range_of(text) is None


def test_a_network_with_host_bits_is_the_one_around_it() -> None:
    assert range_of("203.0.113.7/24") == range_of("203.0.113.0/24")


@given(SPANS, st.tuples(st.integers(0, 40), st.integers(0, 40)))
def test_what_is_inside_a_range_and_what_is_outside_are_all_of_it(
    spans: list[tuple[int, int]], one: tuple[int, int]
) -> None:
    all_of_it = [Range(4, start + 20, start + 20 + length) for start, length in spans]
    cut = Range(4, one[0], one[0] + one[1])
    within, beyond = inside(all_of_it, cut), outside(all_of_it, cut)
    assert addresses(within) == addresses(all_of_it) & addresses([cut])
    assert addresses(beyond) == addresses(all_of_it) - addresses([cut])
    assert inside([cut], Range(6, 0, 100)) == outside([cut], Range(6, 0, 100)) == []


def addresses(found: list[Range]) -> set[int]:
    return {at for each in found for at in range(each.first, each.last + 1)}


@given(SPANS)
def test_a_union_counts_each_address_once(spans: list[tuple[int, int]]) -> None:
    """Compared with a set of all addresses, around the start of the public ones of IPv6."""
    within = [(start, start + length) for start, length in spans]
    counted = {at for first, last in within for at in range(first, last + 1) if at >= 0}
    assert covered([Range(6, BLOCK + first, BLOCK + last) for first, last in within], 6) == len(counted)


@given(st.lists(V4, max_size=10), st.data())
def test_neither_order_nor_split_ranges_change_the_share(
    networks: list[IPv4Network], data: st.DataObject
) -> None:
    pieces = [
        str(piece)
        for network in networks
        for piece in network.subnets(min(data.draw(st.integers(0, 3)), 32 - network.prefixlen))
    ]
    whole = share(ranges(map(str, networks)), 4)
    assert share(ranges(data.draw(st.permutations(pieces))), 4) == whole


def ranges(networks: Iterable[str]) -> list[Range]:
    return [found for network in networks if (found := range_of(network))]
