from __future__ import annotations

from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.models.kit.acl import let_through
from services.models.kit.reach import ALL, allowed, opened

ANY4, DENY4 = "100 allow all 0.0.0.0/0", "32767 deny all 0.0.0.0/0"
OPEN = (ANY4, DENY4)
SSH = "tcp 22 0.0.0.0/0"


def left(
    ingress: tuple[str, ...],
    egress: tuple[str, ...] = OPEN,
    rules: tuple[str, ...] = (SSH,),
    version: int = 4,
    *,
    doubt: bool = False,
) -> list[str]:
    """What the internet reaches through such an ACL and a security group with these rules."""
    through = let_through(allowed(rules), ingress, egress, version)
    return [str(each) for each in opened(through, (version,), doubt=doubt)]


@pytest.mark.parametrize(
    ("ingress", "found"),
    [
        (OPEN, ["tcp 22"]),
        ((), []),
        ((DENY4,), []),
        (("100 allow tcp 22-22 0.0.0.0/0",), ["tcp 22"]),
        (("100 allow tcp 23-65535 0.0.0.0/0",), []),
        (("100 allow udp 0-65535 0.0.0.0/0",), []),
        (("100 allow tcp 22-22 10.0.0.0/8",), []),
        (("100 allow tcp 22-22 0.0.0.0/1",), ["tcp 22"]),
        (("100 allow tcp 22-22 0.0.0.0/2",), []),
        (("100 allow tcp 22-22 0.0.0.0/2", "110 allow all 64.0.0.0/2"), ["tcp 22"]),
        (("90 deny tcp 22-22 0.0.0.0/0", ANY4), []),
        (("90 deny tcp 22-22 0.0.0.0/1", "95 deny tcp 22-22 128.0.0.0/1", ANY4), []),
        (("90 deny tcp 22-22 0.0.0.0/1", ANY4), ["tcp 22"]),
        (("90 deny tcp 22-22 0.0.0.0/1", "95 deny tcp 22-22 128.0.0.0/3", ANY4), []),
        (("90 deny udp 22-22 0.0.0.0/0", ANY4), ["tcp 22"]),
        (("100 allow all 0.0.0.0/0", "110 deny tcp 22-22 0.0.0.0/0"), ["tcp 22"]),
        (("90 deny all 203.0.113.0/24", ANY4), ["tcp 22"]),
        (("100 allow all ::/0",), []),
    ],
)
def test_the_first_entry_that_matches_decides(ingress: tuple[str, ...], found: list[str]) -> None:
    assert left(ingress) == found


@pytest.mark.parametrize(
    ("egress", "found"),
    [
        ((DENY4,), []),
        (("100 allow tcp 443-443 0.0.0.0/0",), []),
        (("100 allow tcp 22-22 0.0.0.0/0",), []),
        (("100 allow tcp 1024-65535 0.0.0.0/0",), ["tcp 22"]),
        (("100 allow tcp 32768-60999 0.0.0.0/0",), ["tcp 22"]),
        (("100 allow tcp 0-1023 0.0.0.0/0",), []),
        (("100 allow tcp 0-1024 0.0.0.0/0",), ["tcp 22"]),
        (("100 allow udp 1024-65535 0.0.0.0/0",), []),
        (("100 allow tcp 1024-65535 10.0.0.0/8",), []),
        (("100 allow tcp 1024-2000 0.0.0.0/2", "110 allow tcp 3000-4000 64.0.0.0/2"), ["tcp 22"]),
        (("90 deny tcp 1024-65535 0.0.0.0/0", ANY4), []),
    ],
)
def test_answers_must_get_out_to_an_ephemeral_port(egress: tuple[str, ...], found: list[str]) -> None:
    assert left(OPEN, egress) == found


def test_who_gets_in_must_be_who_gets_the_answers() -> None:
    assert left(("100 allow all 0.0.0.0/1",), ("100 allow all 128.0.0.0/1",)) == []
    assert left(("100 allow all 0.0.0.0/1",), ("100 allow all 0.0.0.0/1",)) == ["tcp 22"]


def test_a_group_and_an_acl_let_in_what_both_do() -> None:
    assert left(("100 allow tcp 20-25 0.0.0.0/0",), rules=("all 0.0.0.0/0",)) == ["tcp 20-25"]
    assert left(("90 deny tcp 22-22 0.0.0.0/0", ANY4), rules=("tcp 20-25 0.0.0.0/0",)) == [
        "tcp 20-21",
        "tcp 23-25",
    ]
    assert left(("100 allow all 0.0.0.0/1",), rules=("tcp 22 0.0.0.0/2", "tcp 22 128.0.0.0/1")) == []


def test_each_version_of_ip_has_entries_of_its_own() -> None:
    six = ("101 allow all ::/0", "32768 deny all ::/0")
    ssh = ("tcp 22 ::/0",)
    assert left(six, six, ssh, 6) == ["tcp 22"]
    assert left(OPEN, six, ssh, 6) == []
    assert left(six, OPEN, ssh, 6) == []
    assert left((*OPEN, *six), (*OPEN, *six), ssh, 6) == ["tcp 22"]
    assert left(("101 allow tcp 22-22 2000::/3",), six, ssh, 6) == ["tcp 22"]


def test_a_source_that_is_not_known_gets_no_further_than_the_acl_lets_it() -> None:
    listed = ("tcp 22 pl-1",)
    assert left(OPEN, rules=listed, doubt=True) == ["tcp 22"]
    assert left(("100 allow tcp 22-22 0.0.0.0/1",), rules=listed, doubt=True) == ["tcp 22"]
    assert left(("100 allow tcp 22-22 10.0.0.0/8",), rules=listed, doubt=True) == []
    assert left(("100 allow tcp 22-22 0.0.0.0/1",), rules=listed) == []


EIGHTHS = [str(each) for each in IPv4Network("0.0.0.0/0").subnets(new_prefix=3)]
NETWORKS = [str(each) for size in range(4) for each in IPv4Network("0.0.0.0/0").subnets(new_prefix=size)]
PORTS = (1023, 1024, 1025, 1026)
Entries = list[tuple[bool, str, int, int, str]]
ENTRIES = st.lists(
    st.builds(
        lambda allows, protocol, first, more, source: (allows, protocol, first, first + more, source),
        st.booleans(),
        st.sampled_from(["tcp", "udp", ALL]),
        st.sampled_from(PORTS),
        st.integers(0, 3),
        st.sampled_from(NETWORKS),
    ),
    max_size=6,
)


def lines(entries: Entries) -> tuple[str, ...]:
    return tuple(
        f"{number} {'allow' if allows else 'deny'} {protocol}"
        + ("" if protocol == ALL else f" {first}-{last}")
        + f" {source}"
        for number, (allows, protocol, first, last, source) in enumerate(entries)
    )


def lets(entries: Entries, port: int, eighth: str) -> bool:
    """Packet by packet, as AWS documents it."""
    for allows, protocol, first, last, source in entries:
        in_ports = protocol == ALL or first <= port <= last
        if protocol != "udp" and in_ports and IPv4Network(eighth).subnet_of(IPv4Network(source)):
            return allows
    return False


@given(ENTRIES, ENTRIES, st.sampled_from(PORTS))
def test_it_is_as_packet_by_packet(ingress: Entries, egress: Entries, port: int) -> None:
    callers = [
        eighth
        for eighth in EIGHTHS
        if lets(ingress, port, eighth) and any(lets(egress, one, eighth) for one in (*PORTS[1:], *FURTHER))
    ]
    found = left(lines(ingress), lines(egress), rules=(f"tcp {port} 0.0.0.0/0",))
    assert bool(found) is (2 * len(callers) >= len(EIGHTHS))


FURTHER = (1027, 1028, 1029, 65535)
