"""The open connections of a worker: which wait for a request, and how to let go of them all."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# seconds in which a client that is just sending its next request still gets an answer
GRACE = 0.03


class Connections:
    """Counts requests in work and knows idle connections, so that a worker can leave without failing one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._idle: set[socket.socket] = set()
        self._busy = 0
        self.closing = False

    @contextmanager
    def waiting(self, connection: socket.socket) -> Iterator[None]:
        """Around the wait for the next request on a kept-alive connection."""
        with self._changed:
            if self.closing:
                connection.settimeout(GRACE)
            self._idle.add(connection)
        try:
            yield
        finally:
            with self._changed:
                self._idle.discard(connection)
                self._changed.notify_all()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Around the answer to one request."""
        with self._changed:
            self._busy += 1
        try:
            yield
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()

    def close(self) -> None:
        """End the idle connections; the others end with their answer, which tells the client so."""
        with self._changed:
            self.closing = True
            self._changed.wait_for(lambda: not self._idle, GRACE)
            for connection in self._idle:
                with suppress(OSError):  # the client was quicker
                    connection.shutdown(socket.SHUT_RD)

    def wait_until_done(self, timeout: float) -> bool:
        """Whether no request is in work, waiting up to `timeout` seconds for it."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._busy and not self._idle, timeout)
