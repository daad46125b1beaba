from __future__ import annotations

from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.models.kit.reach import ALL, Open, allowed, opened

HALVES = ("tcp 22 0.0.0.0/1", "tcp 22 128.0.0.0/1")
PORTS = range(8)
EIGHTHS = [str(each) for each in IPv4Network("0.0.0.0/0").subnets(new_prefix=3)]
# up to an eighth of the world at a time, so that a set of eight tells what is open
NETWORKS = [str(each) for size in range(4) for each in IPv4Network("0.0.0.0/0").subnets(new_prefix=size)]
RULES = st.lists(
    st.builds(
        lambda protocol, first, more, source: (protocol, first, min(first + more, PORTS[-1]), source),
        st.sampled_from(["tcp", "udp", ALL]),
        st.sampled_from(PORTS),
        st.integers(0, 4),
        st.sampled_from(NETWORKS),
    ),
    max_size=8,
)
Rule = tuple[str, int, int, str]


def open_to(*ingress: str, lists: tuple[str, ...] = (), doubt: bool = False) -> list[str]:
    return [str(each) for each in opened(allowed(ingress, lists), doubt=doubt)]


@pytest.mark.parametrize(
    ("ingress", "found"),
    [
        (HALVES, ["tcp 22"]),
        (("tcp 22 0.0.0.0/1",), ["tcp 22"]),
        (("tcp 22 0.0.0.0/2",), []),
        (("tcp 22 2000::/3",), ["tcp 22"]),
        (("tcp 22 ::/1", "tcp 22 0.0.0.0/2"), ["tcp 22"]),
        (("tcp 22 10.0.0.0/8", "tcp 22 sg-1"), []),
        (("tcp 22 0.0.0.0/2", "udp 22 64.0.0.0/2"), []),
        (("tcp 20-30 0.0.0.0/2", "all 64.0.0.0/2"), ["tcp 20-30"]),
        (("tcp 20-25 0.0.0.0/2", "tcp 23-30 64.0.0.0/2"), ["tcp 23-25"]),
        (("tcp 20 0.0.0.0/0", "tcp 21 0.0.0.0/0", "tcp 80 0.0.0.0/0"), ["tcp 20-21", "tcp 80"]),
        (("all 0.0.0.0/0", "tcp 22 0.0.0.0/0"), ["all"]),
        (("all 0.0.0.0/1",), ["all"]),
        (("icmp 0.0.0.0/0", "50 ::/0"), ["50", "icmp"]),
        (("tcp ::/0",), ["tcp 0-65535"]),
        (("tcp 65535 0.0.0.0/0",), ["tcp 65535"]),
        ((), []),
    ],
)
def test_what_the_rules_open_together(ingress: tuple[str, ...], found: list[str]) -> None:
    assert open_to(*ingress) == found


@pytest.mark.parametrize(
    ("lists", "sure", "perhaps"),
    [
        ((), [], ["tcp 22"]),
        (("pl-1",), [], []),
        (("pl-1", "pl-1 0.0.0.0/2", "pl-1 64.0.0.0/2"), ["tcp 22"], ["tcp 22"]),
        (("pl-1", "pl-1 0.0.0.0/2"), [], []),
        (("pl-1", "pl-1 not a network"), [], ["tcp 22"]),
        (("pl-2", "pl-2 0.0.0.0/0"), [], ["tcp 22"]),
    ],
)
def test_a_prefix_list_is_its_networks_and_unread_may_be_any(
    lists: tuple[str, ...], sure: list[str], perhaps: list[str]
) -> None:
    assert open_to("tcp 22 pl-1", lists=lists) == sure
    assert open_to("tcp 22 pl-1", lists=lists, doubt=True) == perhaps


def test_a_list_and_a_range_are_the_internet_together() -> None:
    assert open_to("tcp 22 pl-1", "tcp 22 64.0.0.0/2", lists=("pl-1", "pl-1 0.0.0.0/2")) == ["tcp 22"]


def test_each_version_of_ip_can_be_asked_for() -> None:
    rules = allowed(["tcp 22 ::/0", "tcp 80 0.0.0.0/0"])
    assert opened(rules, (4,)) == (Open("tcp", 80, 80),)
    assert opened(rules, (6,)) == (Open("tcp", 22, 22),)


def test_tcp_is_not_udp() -> None:
    assert Open("tcp", 20, 30).lets_in("tcp", 30)
    assert not Open("tcp", 20, 30).lets_in("tcp", 31)
    assert not Open("udp", 20, 30).lets_in("tcp", 22)
    assert Open(ALL).lets_in("udp", 65535)
    assert not Open("icmp").lets_in("tcp", 0)


@given(RULES)
def test_as_who_counts_each_eighth_of_the_world(rules: list[Rule]) -> None:
    found = opened(allowed(map(text, rules)))
    for protocol in ("tcp", "udp"):
        for port in PORTS:
            told = any(each.lets_in(protocol, port) for each in found)
            assert told is (len(reaching(rules, protocol, port)) >= 4), (protocol, port)


@given(RULES, st.data())
def test_neither_order_nor_split_ranges_change_the_verdict(rules: list[Rule], data: st.DataObject) -> None:
    pieces = [
        (protocol, first, last, str(piece))
        for protocol, first, last, source in rules
        for piece in IPv4Network(source).subnets(data.draw(st.integers(0, 2)))
    ]
    others = data.draw(st.permutations(pieces))
    assert opened(allowed(map(text, others))) == opened(allowed(map(text, rules)))


def text(rule: Rule) -> str:
    protocol, first, last, source = rule
    return f"{ALL} {source}" if protocol == ALL else f"{Open(protocol, first, last)} {source}"


def reaching(rules: list[Rule], protocol: str, port: int) -> set[str]:
    """The eighths of the world that some rule lets reach the port."""
    sources = [
        IPv4Network(source)
        for name, first, last, source in rules
        if name == ALL or (name == protocol and first <= port <= last)
    ]
    return {eighth for eighth in EIGHTHS if any(IPv4Network(eighth).subnet_of(one) for one in sources)}
