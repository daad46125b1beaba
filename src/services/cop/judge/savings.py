"""Savings: what can be had of all of them together, each dollar once (pure).

A saving deletes or changes its own resource and those that it covers, and what their savings cover in turn.
Of two that touch one resource only one can be had. So a total is the largest sum of savings of which no two
touch the same resource: of a resource the largest, and down a tree the larger of a parent's saving and what
its parts' come to. Two parents that share a part count once, for nobody knows how much of each is that
part's. This is never more than can be had, never less than the largest, does not depend on order, and no
further saving makes it less, but where it tells that another covers more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from services.cop.judge.disjoint import Claim, most
from services.models.domain.finding import Entry
from services.models.domain.findings import FindingTotals
from services.models.kit.scope import Key
from services.models.kit.values import cents


class Saving(NamedTuple):
    """Cents a month, all that it deletes or changes, its own resource included, and whether it is certain or
    measured.
    """

    amount: int
    touches: frozenset[Hashable]
    sure: bool


Below = Mapping[Key, Collection[Key]]  # what the savings by a resource cover


def totals(entries: Iterable[Entry]) -> FindingTotals:
    """What these findings come to; their covers are whole, see `with_all_covered`."""
    found = list(entries)
    return FindingTotals(len(found), *sums(saving_of(each) for each in found if each.saving is not None))


def sums(savings: Iterable[Saving]) -> tuple[int, int]:
    """What is certain or measured, and how much more it would be with the hints, in cents."""
    found = [each for each in savings if each.amount > 0]
    sure = most(Claim(each.amount, each.touches) for each in found if each.sure)
    if all(each.sure for each in found):
        return sure, 0
    return sure, most(Claim(each.amount, each.touches) for each in found) - sure


def saving_of(entry: Entry) -> Saving:
    """0 where none is known."""
    amount = cents(None if entry.saving is None else str(entry.saving))
    return Saving(amount or 0, frozenset((entry.key, *entry.covers)), entry.confidence != "hint")


def with_all_covered(entries: Iterable[Entry]) -> list[Entry]:
    """The same findings, each with what those of the resources that it covers cover too."""
    found = list(entries)
    below = below_of((each.key, each.covers) for each in found if each.covers)
    return [
        replace(each, covers=tuple(sorted(touched(each.key, each.covers, below) - {each.key})))
        if each.covers
        else each
        for each in found
    ]


def below_of(covers: Iterable[tuple[Key, Iterable[Key]]]) -> Below:
    """covers: of each finding, with the resource that it is about."""
    below: dict[Key, set[Key]] = defaultdict(set)
    for key, each in covers:
        below[key].update(each)
    return below


def touched(key: Key, covers: Iterable[Key], below: Below) -> frozenset[Key]:
    """The resource of a finding and all that it covers, down the tree."""
    reached: set[Key] = set()
    ahead = [*covers]
    while ahead:
        each = ahead.pop()
        if each not in reached:
            reached.add(each)
            ahead += below.get(each, ())
    return frozenset({*reached, key})
