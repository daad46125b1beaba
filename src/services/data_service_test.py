from __future__ import annotations

from dataclasses import replace

import pytest

from services.data_service import Collected, decide
from services.models.scope import Scope, ScopeHead

SCOPE = Scope("1", "eu-west-1", "volumes")
HEAD = ScopeHead(SCOPE, generation=5, attempted=7, status="error", count=3, error="AccessDenied", seconds=1.0)


@pytest.mark.parametrize("generation", [4, 5, 6, 7])
@pytest.mark.parametrize("resources", [None, (), ({"id": "a"},)])
def test_attempt_that_is_not_newer_than_the_last_changes_nothing(
    generation: int, resources: tuple[dict[str, str], ...] | None
) -> None:
    assert decide(HEAD, Collected(SCOPE, generation, resources, "late")) == (HEAD, False)


def test_success_clears_the_error() -> None:
    expected = ScopeHead(SCOPE, generation=8, attempted=8, status="ok", count=1, seconds=2.0)
    assert decide(HEAD, Collected(SCOPE, 8, ({"id": "a"},), seconds=2.0)) == (expected, True)


def test_calls_and_throttles_are_those_of_the_last_attempt_even_if_it_failed() -> None:
    head, _ = decide(HEAD, Collected(SCOPE, 8, None, "Throttling", 2.0, calls=9, throttles=8))
    assert (head.calls, head.throttles) == (9, 8)
    assert decide(head, Collected(SCOPE, 9, ()))[0].calls is None


def test_failure_keeps_generation_and_count() -> None:
    head, replaces = decide(HEAD, Collected(SCOPE, 8, None, "Throttled", 2.0))
    assert (head, replaces) == (replace(HEAD, attempted=8, error="Throttled", seconds=2.0), False)


def test_failure_between_two_equal_counts_does_not_matter() -> None:
    held = replace(HEAD, count=100, held_count=2)
    failed, _ = decide(held, Collected(SCOPE, 8, None, "Throttled"))
    head, replaces = decide(failed, Collected(SCOPE, 9, ({"id": "a"}, {"id": "b"})))
    assert (head.status, head.count, replaces) == ("ok", 2, True)
