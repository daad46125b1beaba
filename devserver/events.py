"""What a supervisor hears of."""

from __future__ import annotations

import json
import queue
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from devserver.handover import start_worker


@dataclass(frozen=True)
class Changed:
    """Files were saved."""

    paths: frozenset[Path]


@dataclass(frozen=True)
class Said:
    """A worker reported its state: ready, broken, failed or drained."""

    worker: Worker
    state: str
    details: dict[str, str]


@dataclass(frozen=True)
class Ended:
    """A worker process is gone."""

    worker: Worker
    code: int


@dataclass(frozen=True)
class Stop:
    """Somebody wants the server to end."""


Event = Changed | Said | Ended | Stop
Events = queue.SimpleQueue[Event]  # the one queue whose put() is safe in a signal handler


class Worker:
    """A worker process as its supervisor sees it; what it says and its end go into `events`."""

    def __init__(self, arguments: Sequence[str], listener: socket.socket, cwd: Path, events: Events) -> None:
        self._control, theirs = socket.socketpair()
        self._process = start_worker(arguments, (listener, theirs), cwd)
        theirs.close()
        self._events = events
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def tell(self, command: str) -> None:
        """Send a command; a worker that is gone says so by its Ended."""
        try:
            self._control.sendall(command.encode() + b"\n")
        except OSError:
            return

    def kill(self) -> None:
        self._process.kill()

    def end(self, timeout: float) -> None:
        """Let it end by closing its control connection; by force after `timeout` seconds."""
        try:
            self._control.shutdown(socket.SHUT_RDWR)
        except OSError:
            self._process.poll()  # it ended before
        try:
            self._process.wait(timeout)
        except Exception:
            self._process.kill()
            self._process.wait()

    def _listen(self) -> None:
        with self._control.makefile("r", encoding="utf-8") as lines:
            for line in lines:
                message = json.loads(line)
                self._events.put(Said(self, message.pop("state"), message))
        self._events.put(Ended(self, self._process.wait()))
