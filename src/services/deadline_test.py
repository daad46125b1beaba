"""The time that is left, and what botocore makes of it."""

from __future__ import annotations

import socket

import pytest

from errors import PoloError
from services import deadline
from services.deadline import HEALTH, NoAnswer, building, left, timeouts, within
from services.dynamo_table import Table


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
