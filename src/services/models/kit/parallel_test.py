from __future__ import annotations

import threading

import pytest

from services.models.kit.parallel import spread


def test_every_item_is_done_once() -> None:
    assert sorted(spread(lambda number: number * 2, range(100), workers=7)) == [2 * n for n in range(100)]


def test_nothing_to_do_starts_nothing() -> None:
    assert list(spread(str, [], workers=4)) == []


def test_no_more_run_at_once_than_workers() -> None:
    running, most, lock = 0, 0, threading.Lock()
    together = threading.Barrier(3, timeout=10)

    def work(_: int) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait()
        with lock:
            running -= 1

    list(spread(work, range(9), workers=3))
    assert most == 3


def test_error_is_raised_where_the_results_are_read() -> None:
    def work(number: int) -> int:
        if number == 3:
            raise ValueError("three")
        return number

    with pytest.raises(ValueError, match="three"):
        list(spread(work, range(5), workers=2))


def test_leaving_early_starts_no_further_item() -> None:
    started: list[int] = []
    go_on = threading.Event()

    def work(number: int) -> int:
        started.append(number)
        if number:
            go_on.wait(10)
        return number

    results = spread(work, range(50), workers=2)
    assert next(results) == 0
    results.close()
    go_on.set()
    for thread in threading.enumerate():
        if thread.daemon and thread is not threading.current_thread() and "work" in thread.name:
            thread.join(10)
    assert len(started) <= 4
