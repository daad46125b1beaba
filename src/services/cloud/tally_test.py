"""Whose calls are counted."""

from __future__ import annotations

from services.cloud.tally import count, counting
from services.models.kit.parallel import spread


def test_only_what_is_asked_within_the_block_counts() -> None:
    count(calls=1)
    with counting() as tally:
        count(calls=2, throttles=1)
    count(calls=4)
    assert (tally.calls, tally.throttles) == (2, 1)


def test_threads_count_for_the_scope_that_started_them() -> None:
    def ask(number: int) -> int:
        count(calls=1, throttles=number % 2)
        return number

    def scope(size: int) -> tuple[int, int, int]:
        with counting() as tally:
            list(spread(ask, range(size), 4))
        return size, tally.calls, tally.throttles

    found = sorted(spread(scope, (10, 50, 100), 3))
    assert found == [(10, 10, 5), (50, 50, 25), (100, 100, 50)]
