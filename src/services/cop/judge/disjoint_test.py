from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.cop.judge.disjoint import EXACT, Claim, most


def claim(amount: int, touches: str) -> Claim:
    """Each letter is a thing."""
    return Claim(amount, frozenset(touches))


def tried_out(claims: list[Claim]) -> int:
    """The yardstick: of all choices the best."""
    best = 0
    for size in range(len(claims) + 1):
        for chosen in combinations(claims, size):
            if sum(len(each.touches) for each in chosen) == len(
                {thing for each in chosen for thing in each.touches}
            ):
                best = max(best, sum(each.amount for each in chosen))
    return best


@pytest.mark.parametrize(
    ("claims", "best"),
    [
        ([], 0),
        ([claim(5, "a")], 5),
        ([claim(5, "a"), claim(9, "a")], 9),
        ([claim(5, "a"), claim(9, "b")], 14),
        ([claim(10, "iv"), claim(9, "v")], 10),
        ([claim(10, "ivw"), claim(9, "v"), claim(2, "w")], 11),
        ([claim(10, "ivw"), claim(9, "v"), claim(2, "v")], 10),
        ([claim(10, "av"), claim(12, "bv")], 12),  # two parents of one part
        ([claim(10, "av"), claim(12, "bv"), claim(7, "a"), claim(6, "b")], 19),
        ([claim(100, "gijv"), claim(60, "iv"), claim(50, "v"), claim(30, "j")], 100),
        ([claim(5, "ab"), claim(5, "bc"), claim(5, "cd"), claim(5, "da")], 10),  # a ring
        ([claim(5, "ab"), claim(6, "bc"), claim(5, "ca")], 6),
    ],
)
def test_it_is_the_largest_sum_of_what_does_not_overlap(claims: list[Claim], best: int) -> None:
    assert most(claims) == best == tried_out(claims)


CLAIMS = st.lists(
    st.builds(Claim, st.integers(1, 50), st.frozensets(st.sampled_from("abcdefgh"), min_size=1, max_size=4)),
    max_size=9,
)


@settings(deadline=None, max_examples=400)
@given(CLAIMS)
def test_it_is_what_trying_out_finds(claims: list[Claim]) -> None:
    assert most(claims) == tried_out(claims)


@settings(deadline=None)
@given(CLAIMS, st.randoms(use_true_random=False))
def test_order_does_not_matter(claims: list[Claim], chance: random.Random) -> None:
    assert most(claims) == most(chance.sample(claims, len(claims)))


@settings(deadline=None)
@given(CLAIMS, CLAIMS)
def test_one_more_never_lowers_it_and_adds_no_more_than_itself(some: list[Claim], more: list[Claim]) -> None:
    assert most(some) <= most([*some, *more]) <= most(some) + sum(each.amount for each in more)


def things(*numbers: int) -> frozenset[int]:
    return frozenset(numbers)


def test_a_large_ring_is_never_too_much_and_the_same_in_any_order() -> None:
    """Rings of rings, more than can be tried out."""
    size = 3 * EXACT
    claims = [Claim(10 + n % 7, frozenset((n, (n + 1) % size, (n * 7) % size))) for n in range(size)]
    found = most(claims)
    assert max(each.amount for each in claims) <= found <= size // 3 * 16
    assert {most(random.Random(seed).sample(claims, size)) for seed in range(20)} == {found}


def test_a_long_chain_a_wide_tree_and_a_crowd_are_exact_without_trying_out() -> None:
    """Of thousands: each is one pass."""
    chain = [Claim(1, things(n, n + 1)) for n in range(5_001)]
    assert most(chain) == 2_501
    parts = [Claim(1, things(n)) for n in range(5_000)]
    whole = frozenset(range(5_001))
    assert most([*parts, Claim(4_999, whole)]) == 5_000
    assert most([*parts, Claim(5_001, whole)]) == 5_001
    crowd = [Claim(n, things(0, n)) for n in range(1, 5_001)]
    assert most(crowd) == 5_000
