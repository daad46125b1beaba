"""Who answers which request, over processes that a test plays itself."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from queue import SimpleQueue

import pytest

from devserver.conftest import DEADLINE, until
from devserver.gateway.gateway import Request
from devserver.processes.environments import Broken, Environment, Lost
from devserver.processes.pool import Pool
from devserver.reload.frames import Closed, receive, send
from devserver.reload.problem import Problem


def pair() -> tuple[Environment, socket.socket]:
    ours, theirs = socket.socketpair()
    theirs.settimeout(DEADLINE)
    return Environment(ours), theirs


def answer(process: socket.socket, text: str) -> None:
    receive(process)
    send(process, {"began": "F", "timeout": 30, "gateway": 29})
    send(process, {"status": 200, "headers": [["A", "b"]]}, text.encode())


def playing(act: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    return thread


@pytest.fixture
def wanted() -> SimpleQueue[int]:
    return SimpleQueue()


@pytest.fixture
def pool(wanted: SimpleQueue[int]) -> Pool:
    return Pool(more=wanted.put, learn=lambda environment: None)


def test_an_environment_answers_one_request_after_the_other(pool: Pool) -> None:
    environment, process = pair()
    pool.replace(environment)
    for text in ("one", "two"):
        thread = playing(lambda text=text: answer(process, text))
        response = pool.answer(Request())
        assert (response.body, response.headers) == (text.encode(), (("A", "b"),))
        thread.join(DEADLINE)


def test_the_old_code_ends_after_its_last_answer(pool: Pool) -> None:
    old, process = pair()
    new, _ = pair()
    pool.replace(old)
    bodies: list[bytes] = []
    asking = playing(lambda: bodies.append(pool.answer(Request()).body))
    receive(process)
    pool.replace(new)
    send(process, {"status": 200, "headers": []}, b"late")
    asking.join(DEADLINE)
    assert bodies == [b"late"]
    with pytest.raises(Closed):
        receive(process)


def test_who_waits_long_gets_an_environment_more(pool: Pool, wanted: SimpleQueue[int]) -> None:
    first, busy = pair()
    pool.replace(first)
    bodies: list[bytes] = []
    waiting = [playing(lambda: bodies.append(pool.answer(Request()).body)) for _ in range(2)]
    assert wanted.get(timeout=DEADLINE) == pool.version
    second, free = pair()
    playing(lambda: answer(free, "more"))
    pool.add(second, pool.version)
    until(lambda: bodies == [b"more"], "the second")
    playing(lambda: answer(busy, "first"))
    for thread in waiting:
        thread.join(DEADLINE)
    assert bodies == [b"more", b"first"]


def test_one_more_of_code_that_no_longer_serves_ends_at_once(pool: Pool) -> None:
    pool.replace(pair()[0])
    late, process = pair()
    pool.add(late, pool.version - 1)
    with pytest.raises(Closed):
        receive(process)


def test_an_environment_that_ended_idle_is_not_asked(pool: Pool, wanted: SimpleQueue[int]) -> None:
    environment, process = pair()
    pool.replace(environment)
    process.close()
    bodies: list[bytes] = []
    asking = playing(lambda: bodies.append(pool.answer(Request()).body))
    wanted.get(timeout=DEADLINE)
    other, free = pair()
    playing(lambda: answer(free, "other"))
    pool.add(other, pool.version)
    asking.join(DEADLINE)
    assert bodies == [b"other"]


def test_an_environment_that_ends_over_a_request_is_lost(pool: Pool) -> None:
    environment, process = pair()
    pool.replace(environment)

    def end() -> None:
        receive(process)
        process.close()

    playing(end)
    with pytest.raises(Lost):
        pool.answer(Request())
    assert pool.environments == ()


def test_without_code_that_loads_the_problem_is_the_answer(pool: Pool) -> None:
    pool.fail(Problem("no such module"), pool.version)
    with pytest.raises(Broken, match="no such module"):
        pool.answer(Request())
