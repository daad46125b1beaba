"""The open connections of a worker: which are at work, and how to let go of the others."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum

# seconds in which a client that is just sending its next, or its first, request still gets an answer
GRACE = 0.03
FIRST_GRACE = 0.1


class State(Enum):
    NEW = "no request yet"
    IDLE = "kept alive"
    BUSY = "being answered"


class Connections:
    """Knows each connection from its acceptance to its end, so that a worker leaves without failing one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._open: dict[socket.socket, State] = {}
        self.closing = False

    def opened(self, connection: socket.socket) -> None:
        self._set(connection, State.NEW)

    def closed(self, connection: socket.socket) -> None:
        with self._changed:
            self._open.pop(connection, None)
            self._changed.notify_all()

    @contextmanager
    def working(self, connection: socket.socket) -> Iterator[None]:
        """Around the answer to one request."""
        self._set(connection, State.BUSY)
        yield
        self._set(connection, State.IDLE)

    def close(self) -> None:
        """End the idle connections; the others end with their answer, which tells the client so."""
        with self._changed:
            self.closing = True
            self._end(State.IDLE, GRACE)
            self._end(State.NEW, FIRST_GRACE)

    def wait_until_done(self, timeout: float) -> bool:
        """Whether all connections have ended, waiting up to `timeout` seconds for it."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._open, timeout)

    def _set(self, connection: socket.socket, state: State) -> None:
        with self._changed:
            self._open[connection] = state
            if self.closing and state is State.IDLE:
                connection.settimeout(GRACE)
            self._changed.notify_all()

    def _end(self, state: State, grace: float) -> None:
        self._changed.wait_for(lambda: state not in self._open.values(), grace)
        for connection, now in self._open.items():
            if now is state:
                with suppress(OSError):  # the client was quicker
                    connection.shutdown(socket.SHUT_RD)
