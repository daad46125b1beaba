"""The time that is left, and what botocore makes of it."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import pytest

from errors import PoloError
from services.cloud import deadline
from services.cloud.aws import Aws
from services.cloud.beside import beside
from services.cloud.deadline import (
    HEALTH,
    NoAnswer,
    Timeouts,
    building,
    in_time,
    left,
    sharing,
    timeouts,
    within,
)
from services.models.kit.base import Call
from services.store.dynamo_table import Table
from tests.peers import NO_NAME, TROUBLES, peer

LONG = 60.0  # seconds
PART = 1 / 25


def _s3_body() -> object:
    return b"".join(Aws(who="the test").source("eu-west-1").body("s3", "get_object", Bucket="b", Key="k"))


def _pages() -> object:
    call = Call("ec2", "describe_volumes", "Volumes[]")
    return [*Aws(who="the test").source("eu-west-1").pages(call)]


# all that leads to AWS
CALLS: dict[str, Callable[[], object]] = {
    "a table": lambda: Table("polo").get(("a", "b")),
    "a query": lambda: [*Table("polo").query("a")],
    "a call": lambda: Aws(who="the test").source("eu-west-1").call("sqs", "list_queues"),
    "pages": _pages,
    "a body": _s3_body,
}


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)


def shorten(patch: pytest.MonkeyPatch) -> None:
    """All limits of a call become a part of what they are."""
    calls = (Timeouts(each.connect * PART, each.read * PART, each.attempts) for each in deadline.CALLS)
    patch.setattr(deadline, "CALLS", tuple(calls))
    patch.setattr(deadline, "SPARE", deadline.SPARE * PART)
    patch.setattr(deadline, "PAUSE", deadline.PAUSE * PART)


# a call may be cleaning up an object when it is given up on; it is told again
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("asked", CALLS)
def test_every_call_has_an_end_of_its_own_whatever_the_peer_does(
    asked: str, trouble: str, short: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The peer goes on with it for as long as the test lasts: what ends the call is its own end."""
    with peer(trouble) as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        with within(deadline.PAGE * PART), pytest.raises(PoloError) as raised:
            CALLS[asked]()
        assert (raised.value.status, raised.value.retry_after > 0) == (503, True), raised.value
        if trouble != NO_NAME:  # that one ends with the resolver
            wait_for_none()
    wait_for_none()


def wait_for_none() -> None:
    """Until each call that was given up on has ended."""
    until = time.monotonic() + LONG
    while beside.at_work():
        assert time.monotonic() < until, "a call that was given up on has not ended"
        time.sleep(0.01)


def test_a_call_may_take_what_its_tries_take_and_no_more_than_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, allowed = [0.0], []
    monkeypatch.setattr(deadline, "clock", lambda: now[0])
    monkeypatch.setattr(beside, "run", lambda call, seconds: allowed.append(seconds))
    with within(deadline.PAGE, deadline.BUILD):
        in_time(str)
        with building():
            in_time(str)
            now[0] = deadline.BUILD - 2.0
            in_time(str)
        with pytest.raises(NoAnswer):
            in_time(str)
    assert allowed == pytest.approx([deadline.PAGE, 8.0, 1.9])


def test_what_shares_its_time_leaves_the_rest_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(deadline, "clock", lambda: now[0])
    with sharing(1 / 2):
        assert left() == float("inf")
    with within(8, 20):
        now[0] = 2.0
        with sharing(1 / 2):
            assert left() == 3
            with building():
                assert left() == 9
        assert left() == 6


@pytest.mark.parametrize("seconds", [0.1, 0.95, 1.5, 2.0, 3.5, 6.9, 7.5, 8.0, 20.0])
def test_no_call_can_last_longer_than_what_is_left(seconds: float) -> None:
    with within(seconds):
        try:
            allowed = timeouts()
        except NoAnswer:
            assert left() < HEALTH / 2
            return
    assert allowed is not None and allowed.longest <= seconds


def test_where_no_request_waits_aws_is_asked_for_long() -> None:
    assert timeouts() is None


def test_a_table_behind_a_socket_that_never_answers_is_given_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """With botocore's own client: it keeps to the timeouts and the tries that it is given."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        table = Table("polo")
        with within(HEALTH), pytest.raises(PoloError) as raised:
            table.get(("a", "b"))
        assert (raised.value.status, raised.value.retry_after > 0) == (503, True)
        (made,) = table._made.items()
        allowed, config = made[0], made[1].meta.config
        assert (config.connect_timeout, config.read_timeout) == (allowed.connect, allowed.read)
        assert config.retries["total_max_attempts"] == allowed.attempts == 1
        silent.settimeout(10)
        silent.accept()[0].close()
        silent.settimeout(0.2)
        with pytest.raises(TimeoutError):
            silent.accept()


def test_what_is_built_may_take_longer_and_what_is_read_after_it_may_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr(deadline, "clock", lambda: now[0])
    with building():
        assert left() == float("inf")
    with within(8, 20):
        with building():
            assert left() == 20
            now[0] = 15
            assert left() == 5
        assert left() == -7
        with pytest.raises(NoAnswer):
            timeouts()
