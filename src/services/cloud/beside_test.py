"""Calls that hang: given up on in time, ended as soon as can be, and bounded in number."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from contextvars import ContextVar

import pytest

from services.cloud import beside as module
from services.cloud.beside import Beside, TimeOver
from tests.peers import block

LONG = 60.0  # seconds: no test waits as long unless it fails
SOON = 0.01


@pytest.fixture
def beside() -> Beside:
    return Beside()


@pytest.fixture
def let_go() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def wait_for_none(beside: Beside) -> None:
    until = time.monotonic() + LONG
    while beside.at_work():
        assert time.monotonic() < until, f"{beside.at_work()} calls have not ended"
        time.sleep(SOON)


def test_a_call_answers_raises_and_sees_what_its_caller_sees(beside: Beside) -> None:
    seen: ContextVar[str] = ContextVar("seen")
    seen.set("the caller's")
    assert beside.run(seen.get, LONG) == "the caller's"
    with pytest.raises(KeyError, match="b"):
        beside.run(lambda: {"a": 1}["b"], LONG)
    wait_for_none(beside)


def test_a_call_that_drips_ends_when_nobody_waits_for_it_any_more(beside: Beside) -> None:
    ended: list[str] = []

    def drip() -> None:
        try:
            while True:
                time.sleep(SOON)
        finally:
            ended.append("and let go of what it held")

    with pytest.raises(TimeOver):
        beside.run(drip, SOON)
    wait_for_none(beside)
    assert ended


def test_an_error_that_python_catches_does_not_keep_a_call_alive(beside: Beside) -> None:
    def stubborn() -> None:
        while True:
            with suppress(Exception):  # as botocore does to try again
                time.sleep(SOON)

    with pytest.raises(TimeOver):
        beside.run(stubborn, SOON)
    wait_for_none(beside)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # that is what it is about
def test_a_call_that_was_cleaning_up_is_told_again(beside: Beside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN", 20 * SOON)
    dropped: list[str] = []

    class Cleaning:
        def __del__(self) -> None:  # what is raised in here is dropped
            try:
                while not dropped:
                    time.sleep(SOON)
            except BaseException:
                dropped.append("once")
                raise

    def drip() -> None:
        object_with_an_end = Cleaning()
        del object_with_an_end
        while True:
            time.sleep(SOON)

    with pytest.raises(TimeOver):
        beside.run(drip, SOON)
    wait_for_none(beside)
    assert dropped


def test_calls_that_can_not_be_ended_do_not_pile_up(
    beside: Beside, let_go: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    begun: list[int] = []

    def hang() -> None:
        begun.append(1)
        block(let_go)

    for _ in range(8):
        with pytest.raises(TimeOver):
            beside.run(hang, SOON)
    assert beside.at_work() == len(begun) == 3
    let_go.set()
    wait_for_none(beside)
    assert beside.run(lambda: "again", LONG) == "again"


def test_giving_up_at_the_instant_of_an_answer_harms_no_other_call(beside: Beside) -> None:
    """Many calls that end about when their time does: each has its answer, or is given up on, and no more."""
    outcomes = set()
    for number in range(400):
        try:
            outcomes.add(beside.run(lambda: time.sleep(0.0005) or "answer", 0.0003 + number % 5 * 0.0002))
        except TimeOver:
            outcomes.add("given up")
        assert beside.run(lambda: "well", LONG) == "well"
    assert outcomes <= {"answer", "given up"}
    wait_for_none(beside)


def test_a_caller_that_is_interrupted_gives_up_too(
    beside: Beside, let_go: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted:
        def put(self, _: object) -> None: ...

        def get(self, timeout: float) -> None:
            raise KeyboardInterrupt

    def drip() -> None:
        while not let_go.is_set():
            time.sleep(SOON)

    monkeypatch.setattr(module.queue, "SimpleQueue", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        beside.run(drip, LONG)
    wait_for_none(beside)
