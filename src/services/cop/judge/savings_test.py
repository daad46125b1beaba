from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.cop.judge.disjoint_test import tried_out
from services.cop.judge.savings import Claim, saving_of, totals, with_all_covered
from services.cop.store.port_test import ENTRY
from services.models.domain.finding import Confidence, Entry
from services.models.kit.scope import Key

RULES = ("EC2-STOPPED", "EBS-IDLE", "EBS-GP2")


def key(id: str) -> Key:
    return Key("things", "1", "eu-west-1", id)


def entry(
    id: str,
    saving: str | None,
    covers: str = "",
    rule: str = RULES[0],
    confidence: Confidence = "certain",
) -> Entry:
    """Each letter is a resource."""
    of = replace(ENTRY, **key(id)._asdict(), rule=rule, confidence=confidence)
    return replace(of, saving=None if saving is None else Decimal(saving), covers=tuple(map(key, covers)))


def come_to(*entries: Entry) -> tuple[int, int]:
    found = totals(with_all_covered(entries))
    assert found.count == len(entries)
    return found.saving, found.hints


@pytest.mark.parametrize(
    ("entries", "saving", "hints"),
    [
        ([], 0, 0),
        ([entry("v", None)], 0, 0),
        ([entry("i", "337.50", "v"), entry("v", "319.50")], 33750, 0),  # stopped, and its volume
        ([entry("i", "100", "vw"), entry("v", "60"), entry("w", "50")], 11000, 0),
        ([entry("i", "100", "vw"), entry("v", "60"), entry("v", "50", rule="EBS-GP2")], 10000, 0),
        ([entry("v", "2"), entry("v", "9.5", rule="EBS-IDLE")], 950, 0),
        ([entry("i", None, "v"), entry("v", "8")], 800, 0),
        ([entry("g", "100", "i"), entry("i", "60", "v"), entry("v", "50")], 10000, 0),  # three of a tree
        ([entry("a", "10", "v"), entry("b", "12", "v")], 1200, 0),  # both claim the volume
        ([entry("a", "10", "v"), entry("b", "12", "v"), entry("v", "30")], 3000, 0),
        ([entry("a", "10", "b"), entry("b", "12", "a")], 1200, 0),  # each covers the other
        ([entry("i", "7", "i")], 700, 0),  # itself
        ([entry("v", "5"), entry("w", "7", confidence="hint")], 500, 700),
        ([entry("v", "5"), entry("v", "7", rule="EBS-IDLE", confidence="hint")], 500, 200),
        ([entry("v", "7"), entry("v", "5", rule="EBS-IDLE", confidence="hint")], 700, 0),
        ([entry("v", "0.333"), entry("w", "0.333"), entry("x", "0.333")], 99, 0),  # as each is shown
    ],
)
def test_a_dollar_is_saved_once(entries: list[Entry], saving: int, hints: int) -> None:
    assert come_to(*entries) == (saving, hints)


IDS = "abcdefg"
ENTRIES = st.lists(
    st.builds(
        entry,
        st.sampled_from(IDS),
        st.one_of(st.none(), st.integers(1, 9999).map(lambda cents: f"{cents / 100:.2f}")),
        st.text(IDS, max_size=3),
        st.sampled_from(RULES),
        st.sampled_from(["certain", "measured", "hint"]),
    ),
    max_size=8,
    unique_by=lambda each: (each.id, each.rule),
)


def amounts(*entries: Entry) -> list[int]:
    return [saving_of(each).amount for each in entries]


def whole(*entries: Entry) -> int:
    """With the hints."""
    return sum(come_to(*entries))


@settings(deadline=None, max_examples=300)
@given(ENTRIES)
def test_it_is_what_trying_out_every_choice_finds(entries: list[Entry]) -> None:
    found = [saving_of(each) for each in with_all_covered(entries)]
    claims = {
        only_sure: [
            Claim(each.amount, each.touches) for each in found if each.amount and (each.sure or not only_sure)
        ]
        for only_sure in (True, False)
    }
    sure = tried_out(claims[True])
    assert come_to(*entries) == (sure, tried_out(claims[False]) - sure)


@settings(deadline=None)
@given(ENTRIES)
def test_it_is_never_more_than_the_sum_and_never_less_than_the_largest(entries: list[Entry]) -> None:
    assert max(amounts(*entries), default=0) <= whole(*entries) <= sum(amounts(*entries))


@settings(deadline=None)
@given(ENTRIES, st.randoms(use_true_random=False))
def test_order_does_not_matter(entries: list[Entry], chance: random.Random) -> None:
    assert come_to(*entries) == come_to(*chance.sample(entries, len(entries)))


@settings(deadline=None)
@given(ENTRIES, ENTRIES)
def test_one_more_never_lowers_it_but_by_what_it_covers(some: list[Entry], more: list[Entry]) -> None:
    known = {(each.id, each.rule) for each in some}
    for each in more[:1]:
        if (each.id, each.rule) not in known:
            reached = {*next(iter(with_all_covered([each, *some]))).covers}
            seen = sum(amounts(*(other for other in some if {other.key, *other.covers} & reached)))
            assert whole(*some, each) >= whole(*some) - (seen if each.covers else 0)
            assert whole(*some, each) <= whole(*some) + saving_of(each).amount


@settings(deadline=None)
@given(ENTRIES, st.sets(st.integers(0, 7)))
def test_what_is_muted_or_filtered_out_never_raises_it(entries: list[Entry], left: set[int]) -> None:
    """What covers what is known of all, also of those that do not count."""
    known = with_all_covered(entries)
    some = totals(each for number, each in enumerate(known) if number in left)
    others = totals(each for number, each in enumerate(known) if number not in left)
    both = totals(known)
    assert max(some.saving, others.saving) <= both.saving <= some.saving + others.saving
    assert both.saving + both.hints <= sum((some.saving, some.hints, others.saving, others.hints))


@settings(deadline=None)
@given(ENTRIES)
def test_what_is_covered_is_known_at_once(entries: list[Entry]) -> None:
    known = with_all_covered(entries)
    assert with_all_covered(known) == known
