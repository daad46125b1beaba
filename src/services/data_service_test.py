from __future__ import annotations

from dataclasses import replace

import pytest

from services.data_service import Collected, decide, join
from services.models.kit.scope import SKEW, Scope, ScopeHead

NOW = 100
SCOPE = Scope("1", "eu-west-1", "volumes")
HEAD = ScopeHead(SCOPE, generation=5, attempted=7, status="error", count=3, error="AccessDenied", seconds=1.0)


@pytest.mark.parametrize("generation", [4, 5, 6, 7])
@pytest.mark.parametrize("resources", [None, (), ({"id": "a"},)])
def test_attempt_that_is_not_newer_than_the_last_changes_nothing(
    generation: int, resources: tuple[dict[str, str], ...] | None
) -> None:
    assert decide(HEAD, Collected(SCOPE, generation, resources, "late"), NOW) == (HEAD, False)


def test_success_clears_the_error() -> None:
    expected = ScopeHead(SCOPE, generation=8, attempted=8, status="ok", count=1, seconds=2.0)
    assert decide(HEAD, Collected(SCOPE, 8, ({"id": "a"},), seconds=2.0), NOW) == (expected, True)


def test_calls_and_throttles_are_those_of_the_last_attempt_even_if_it_failed() -> None:
    head, _ = decide(HEAD, Collected(SCOPE, 8, None, "Throttling", 2.0, calls=9, throttles=8), NOW)
    assert (head.calls, head.throttles) == (9, 8)
    assert decide(head, Collected(SCOPE, 9, ()), NOW)[0].calls is None


def test_failure_keeps_generation_and_count() -> None:
    head, replaces = decide(HEAD, Collected(SCOPE, 8, None, "Throttled", 2.0), NOW)
    assert (head, replaces) == (replace(HEAD, attempted=8, error="Throttled", seconds=2.0), False)


def test_failure_between_two_equal_counts_does_not_matter() -> None:
    held = replace(HEAD, count=100, held_count=2)
    failed, _ = decide(held, Collected(SCOPE, 8, None, "Throttled"), NOW)
    head, replaces = decide(failed, Collected(SCOPE, 9, ({"id": "a"}, {"id": "b"})), NOW)
    assert (head.status, head.count, replaces) == ("ok", 2, True)


@pytest.mark.parametrize(("ahead", "counts"), [(0, False), (SKEW, False), (SKEW + 1, True), (10**12, True)])
def test_attempt_counts_against_a_head_whose_clock_was_wrong(ahead: int, counts: bool) -> None:
    wrong = replace(HEAD, generation=NOW + ahead, attempted=NOW + ahead)
    head, replaces = decide(wrong, Collected(SCOPE, NOW, ({"id": "a"},)), NOW)
    assert (replaces, head.attempted) == ((True, NOW) if counts else (False, NOW + ahead))


def joined(*versions: tuple[int, int]) -> tuple[int, int, bool]:
    one, other = (replace(HEAD, generation=generation, attempted=tried) for generation, tried in versions)
    head, other_has = join(one, other, NOW)
    return head.generation, head.attempted, other_has


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((5, 5), (6, 6), (6, 6, True)),
        ((6, 6), (5, 5), (6, 6, False)),
        ((5, 5), (5, 5), (5, 5, False)),
        ((5, 5), (5, 7), (5, 7, False)),  # a failure since
        ((6, 6), (5, 7), (6, 7, False)),  # the newest resources, and how the last attempt went
        ((0, 7), (5, 5), (5, 7, True)),
        ((NOW + 2 * SKEW, NOW + 2 * SKEW), (5, 5), (5, 5, True)),
        ((0, 0), (NOW + 2 * SKEW, NOW + 2 * SKEW), (NOW + 2 * SKEW, NOW + 2 * SKEW, True)),
    ],
)
def test_of_two_copies_the_newest_generation_and_the_last_attempt_count(
    one: tuple[int, int], other: tuple[int, int], expected: tuple[int, int, bool]
) -> None:
    assert joined(one, other) == expected
