"""Disjoint: the most that can be had of amounts of which no two touch the same thing (pure).

This is the maximum weight independent set of their conflicts. Where these are chordal, as those of parts of
trees are, A. Frank's elimination finds it exactly and fast (Some polynomial algorithms for certain graphs and
hypergraphs, 1975): an amount whose rivals are rivals of each other is taken, and taken off theirs. What is
left then are rings: a overlaps b, b overlaps c, c overlaps d, d overlaps a. Small ones are tried out.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from typing import NamedTuple

EXACT = 16  # amounts in a ring; of more, which nothing in AWS makes, the dearest are taken first: too little


class Claim(NamedTuple):
    """An amount above 0, and the things that it touches, one at least."""

    amount: int
    touches: frozenset[Hashable]


def most(claims: Iterable[Claim]) -> int:
    """The largest sum of claims of which no two touch the same thing."""
    found = list(claims)
    times = Counter(thing for each in found for thing in each.touches)
    rivals = [each for each in found if any(times[thing] > 1 for thing in each.touches)]
    alone = sum(each.amount for each in found) - sum(each.amount for each in rivals)
    return alone + _most(rivals)


def _most(claims: Iterable[Claim]) -> int:
    conflicts = _Conflicts(claims)
    total = conflicts.eliminated(conflicts.left)
    while conflicts.left:  # rings of overlaps
        ring = conflicts.ring()
        if len(ring) <= EXACT:
            total += _largest([conflicts.left[each] for each in ring])
            gone = ring
        else:
            dearest = min(ring, key=conflicts.rank)
            total += conflicts.left[dearest].amount
            gone = {dearest, *conflicts.rivals(dearest)}
        total += conflicts.eliminated(conflicts.without(gone))
    return total


def _largest(ring: list[Claim]) -> int:
    first, *others = ring
    taken = first.amount + most(each for each in others if not each.touches & first.touches)
    return max(taken, most(others))


class _Conflicts:
    """left: the claims that nothing is decided of yet, by a number of their own."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self.left = {number: each for number, each in enumerate(claims) if each.amount > 0}
        self._touching: dict[Hashable, set[int]] = defaultdict(set)
        for number, each in self.left.items():
            for thing in each.touches:
                self._touching[thing].add(number)

    def rank(self, number: int) -> tuple[int, list[str]]:
        """The dearest first, whatever order they came in."""
        amount, touches = self.left[number]
        return -amount, sorted(map(repr, touches))

    def rivals(self, number: int) -> set[int]:
        """Those that touch what it touches."""
        return set().union(*(self._touching[each] for each in self.left[number].touches)) - {number}

    def ring(self) -> set[int]:
        """All that the first one has to do with."""
        ring: set[int] = set()
        ahead = {next(iter(self.left))}
        while ahead:
            ring |= ahead
            ahead = set().union(*map(self.rivals, ahead)) - ring
        return ring

    def without(self, gone: set[int]) -> set[int]:
        """Take these away; answer their rivals that stay."""
        touched = {thing for each in gone for thing in self.left[each].touches}
        for thing in touched:
            self._touching[thing] -= gone
        for each in gone:
            del self.left[each]
        return set().union(*(self._touching[thing] for thing in touched))

    def eliminated(self, numbers: Iterable[int]) -> int:
        """Decide what follows from these without a choice; answer what that comes to."""
        total, queued = 0, set(numbers)
        queue = [self._place(number) for number in queued]
        heapq.heapify(queue)
        while queue:
            number = heapq.heappop(queue)[-1]
            queued.discard(number)
            if number not in self.left:
                continue
            rivals = self.rivals(number)
            if not any(len(self._touching[each]) > len(rivals) for each in self.left[number].touches):
                continue  # its rivals may not be each other's
            total += (amount := self.left[number].amount)
            for again in self.without(self._taken_off(amount, rivals) | {number}) - queued:
                queued.add(again)
                heapq.heappush(queue, self._place(again))
        return total

    def _taken_off(self, amount: int, rivals: set[int]) -> set[int]:
        """Those of which nothing is left."""
        for each in rivals:
            self.left[each] = self.left[each]._replace(amount=self.left[each].amount - amount)
        return {each for each in rivals if self.left[each].amount <= 0}

    def _place(self, number: int) -> tuple[int, int, int]:
        """Those that touch little first: parts before what covers them; of these the dearest."""
        amount, touches = self.left[number]
        return len(touches), -amount, number
