"""ALLOWED_CIDRS: what is taken, what is refused, and that CloudFormation's pattern refuses no less."""

from __future__ import annotations

import json
import re
from ipaddress import IPv4Network, IPv6Network
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import PoloError
from services.models.kit.networks import PUBLIC_IPV6, WORLD
from tooling.blocks.api import policy
from tooling.networks import LARGEST, LONGEST, MOST, PATTERN, allowed, share_of

pytestmark = pytest.mark.infra

LARGE = [f"{number}.0.0.0/8" for number in range(256)]


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("203.0.113.7", "203.0.113.7/32"),
        (" 10.0.0.0/8 , 203.0.113.0/24,", "10.0.0.0/8,203.0.113.0/24"),
        ("2001:DB8::/32", "2001:db8::/32"),
        ("2001:db8::7,203.0.113.0/24", "2001:db8::7/128,203.0.113.0/24"),
        ("203.0.113.7,203.0.113.7/32", "203.0.113.7/32"),
        ("2003::/20", "2003::/20"),
        ("", ""),
        (" , ", ""),
    ],
)
def test_networks_are_given_in_one_form(given: str, value: str) -> None:
    assert allowed(given) == value
    assert not value or re.fullmatch(PATTERN, value)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("0.0.0.0/0", "has '0.0.0.0/0', which is all the world"),
        ("::/0", "has '::/0', which is all the world"),
        ("203.0.113.0/24,::/0", "has '::/0', which is all the world"),
        ("0.0.0.0/1,128.0.0.0/1", "has '0.0.0.0/1', '128.0.0.0/1', which together are all the world"),
        ("::/1,8000::/1", "has '::/1', '8000::/1', which together are all the world"),
        ("2000::/3", "has '2000::/3', which is all the world"),
        ("2000::/4,3000::/4", "which together are all the world"),
        ("64.0.0.0/2,128.0.0.0/1", "which together are 75% of all IPv4 addresses"),
        ("0.0.0.0/1", "has '0.0.0.0/1', which is 50% of all IPv4 addresses"),
        (",".join(LARGE[1:140]), "'4.0.0.0/8' and 135 more, which together are 54% of all IPv4 addresses"),
        (",".join(LARGE), "which together are all the world"),
        ("64.0.0.0/2", "has '64.0.0.0/2': the largest network is a /8"),
        ("1.0.0.0/7", "ALLOWED_CIDRS has '1.0.0.0/7': 1.0.0.0/7 has host bits set"),
        ("2001::/16", "has '2001::/16': the largest network is a /20"),
        ("fd00:1::/32", "has 'fd00:1::/32', which is not public (2000::/3)"),
        ("::ffff:0:0/96", "which is not public (2000::/3)"),
        ("::ffff:203.0.113.7", "which is not public"),
        ("203.0.113.0/24,office", "has 'office': Expected 4 octets"),
        ("203.0.113.5/24", "has '203.0.113.5/24': 203.0.113.5/24 has host bits set"),
        ("2001:db8::1%eth0", "has '2001:db8::1%eth0': a zone (%) is no part of a network"),
        (",".join(f"10.0.{number}.0/24" for number in range(101)), "has 101 networks; at most 100 are taken"),
        (
            ",".join(f"2001:0db8:1111:2222:3333:4444:5555:{number:x}" for number in range(4096, 4196)),
            "characters long; CloudFormation takes 4096",
        ),
    ],
)
def test_what_would_let_in_too_many_or_is_no_network_is_refused(given: str, told: str) -> None:
    with pytest.raises(PoloError, match=re.escape(told)) as caught:
        allowed(given)
    assert "Way out: set ALLOWED_CIDRS in .env to the networks" in str(caught.value)


PREFIXES = [IPv4Network((0x0B000000 >> (32 - n) << (32 - n) if n else 0, n)) for n in range(33)] + [
    IPv6Network((0x2A << 120 >> (128 - n) << (128 - n) if n else 0, n)) for n in range(129)
]


@pytest.mark.parametrize("version", [4, 6])
def test_the_pattern_takes_the_same_sizes(version: int) -> None:
    for network in PREFIXES:
        if network.version == version:
            taken = re.fullmatch(PATTERN, str(network)) is not None
            assert taken is (network.prefixlen >= LARGEST[version]), network
            assert taken is _taken(str(network)), network


def test_no_list_that_the_pattern_takes_is_half_of_the_world() -> None:
    largest = share_of([IPv4Network(each) for each in LARGE[:MOST]], 4)
    assert largest == MOST * 2**24 / 2**32 < 0.4
    blocks = [*islice(PUBLIC_IPV6.subnets(new_prefix=LARGEST[6]), MOST)]
    assert share_of(blocks, 6) < 0.001
    for one_more in (LARGE[: MOST + 1], [str(each) for each in (*blocks, IPv6Network("3000::/20"))]):
        assert re.fullmatch(PATTERN, ",".join(one_more[:MOST]))
        assert not re.fullmatch(PATTERN, ",".join(one_more))


def test_the_longest_list_fits_a_resource_policy() -> None:
    """Which may have 8192 bytes, and a parameter 4096: API Gateway's and CloudFormation's quotas."""
    long = [f"2001:db8:1111:2222:3333:4444:5555:{number:x}/128" for number in range(0x1000, 0x1000 + MOST)]
    while len(",".join(long)) > LONGEST:
        long.pop()
    value = allowed(",".join(long))
    assert LONGEST - 50 < len(value) <= LONGEST
    assert len(json.dumps(policy(value.split(",")))) < 8192


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "203.0.113.0/24,",
        "203.0.113.0/24, 10.0.0.0/8",
        "0.0.0.0/0",
        "::/0",
        "::/1",
        "8000::/1",
        "203.0.113.7",
    ],
)
def test_what_the_pattern_refuses(text: str) -> None:
    assert not re.fullmatch(PATTERN, text)


NETWORKS = st.one_of(
    st.builds(
        lambda at, size: IPv4Network((at >> (32 - size) << (32 - size), size)),
        st.integers(0, 2**32 - 1),
        st.integers(1, 32),
    ),
    st.builds(
        lambda at, size: IPv6Network((at >> (128 - size) << (128 - size), size)),
        st.integers(0, 2**128 - 1),
        st.integers(1, 128),
    ),
)


@settings(deadline=None)
@given(st.lists(NETWORKS, max_size=8))
def test_what_is_taken_fits_the_template_and_is_less_than_half_of_the_world(
    networks: list[IPv4Network | IPv6Network],
) -> None:
    text = ",".join(map(str, networks))
    if not _taken(text):
        return
    value = allowed(text)
    assert not value or re.fullmatch(PATTERN, value)
    assert allowed(value) == value
    for version in WORLD:
        assert share_of(networks, version) < 0.5


def _taken(text: str) -> bool:
    try:
        allowed(text)
    except PoloError:
        return False
    return True
