"""Against a real HTTP server that misbehaves."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from services.webhook import TRIES, InDoubt, NotTaken, post

Behaviour = int | str | tuple[int, str]  # a status, "slow", "cut", or a status and Retry-After


class Receiver(ThreadingHTTPServer):
    """Behaves as `behaviours` say, one after the other, then well; remembers what it has taken."""

    daemon_threads = True

    def __init__(self, *behaviours: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviours, self.seen, self.taken = list(behaviours), 0, []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/services/T0/B0/top-secret"

    def handle_error(self, *_: Any) -> None:
        """A client that went away is no news."""


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen += 1
        does = self.server.behaviours.pop(0) if self.server.behaviours else 200
        if does in (200, "slow", "cut"):
            self.server.taken.append(body)
        if does == "slow":
            self.server.released.wait(30)
        if does == "cut":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        status, wait = does if isinstance(does, tuple) else (200 if does == "slow" else int(does), "")
        self.send_response(status)
        if wait:
            self.send_header("Retry-After", wait)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def receiver(request: pytest.FixtureRequest) -> Iterator[Receiver]:
    server = Receiver(*request.param)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()


def sent(receiver: Receiver, answer_within: float = 20) -> list[float]:
    """Post; the pauses that were made."""
    pauses: list[float] = []
    post(receiver.url, {"text": "hi"}, "search", pauses.append, answer_within)
    return pauses


@pytest.mark.parametrize(
    ("receiver", "pauses"),
    [
        ((), []),
        ((500, 503), [1.0, 2.0]),
        (((429, "7"),), [7.0]),
        (((429, "9999"),), [60.0]),
        (((429, "soon"), 429), [1.0, 2.0]),
    ],
    indirect=["receiver"],
)
def test_what_was_not_taken_is_sent_again_until_it_is_and_then_no_more(
    receiver: Receiver, pauses: list[float]
) -> None:
    assert sent(receiver) == pauses
    assert receiver.taken == [{"text": "hi"}]


@pytest.mark.parametrize(
    ("receiver", "tries"), [((500,) * 9, TRIES), ((404,), 1), ((302,), 1)], indirect=["receiver"]
)
def test_it_is_given_up_with_a_clear_error_that_tells_no_address(receiver: Receiver, tries: int) -> None:
    with pytest.raises(NotTaken, match="channel search: it answered") as told:
        sent(receiver)
    assert (receiver.seen, receiver.taken) == (tries, [])
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("receiver", [("slow",), ("cut",)], indirect=True)
def test_what_may_have_been_taken_is_never_sent_again(receiver: Receiver) -> None:
    with pytest.raises(InDoubt, match="may have arrived") as told:
        sent(receiver, answer_within=0.3)
    assert receiver.seen == len(receiver.taken) == 1
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/secret", "http://[::bad/secret"])
def test_what_can_not_be_reached_was_not_taken(url: str) -> None:
    pauses: list[float] = []
    with pytest.raises(NotTaken, match="can't be reached") as told:
        post(url, {}, "search", pauses.append)
    assert pauses == [1.0, 2.0, 4.0]
    assert "secret" not in str(told.value)
