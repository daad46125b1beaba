"""An environment as the supervisor sees it: a process that answers one request at a time."""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from devserver.gateway.gateway import Request, Response
from devserver.reload.frames import Closed, Message, receive, send
from devserver.reload.problem import Problem

_terminal = threading.Lock()  # one session at a time can read what is typed
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


class Lost(Exception):
    """The environment ended before it answered."""


class TooLate(Exception):
    """The function did not answer within its own timeout, or within the gateway's; seconds: that one."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Task timed out after {seconds:.2f} seconds")
        self.seconds = seconds


class Broken(Exception):
    """The code can't be loaded."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(eq=False)
class Environment:
    """files: of src, that its process has loaded. debugging: somebody is at its breakpoint()."""

    connection: socket.socket
    files: frozenset[str] = frozenset()
    pid: int | None = None
    debugging: bool = False
    order: tuple[str, ...] = ()  # the files in the order in which they were loaded
    news: list[Message] = field(default_factory=list)
    version: int = 0
    _timeout: float = 0.0  # seconds; the function's own
    _patience: float = 0.0  # the gateway's

    def load(self, copy: Path | None = None) -> None:
        """Import the code, or a copy of it as it was before. Raises Broken, and Lost if the process ends."""
        try:
            send(self.connection, {"do": "load", "copy": copy and str(copy)})
            while "state" not in (message := receive(self.connection)[0]) or message["state"] == "started":
                self.pid = message.get("pid", self.pid)
                if "debugging" in message:
                    self._debug()
        except Closed:
            raise Lost from None
        finally:
            self._end_debugging()
        if message["state"] == "broken":
            self.close()
            raise Broken(Problem(**message["problem"]))
        self._hear(message)

    @property
    def alive(self) -> bool:
        """Whether an idle environment is there still: the end of its connection is all it could say."""
        try:
            return not select.select([self.connection], [], [], 0)[0]
        except (OSError, ValueError):
            return False

    def ask(self, request: Request) -> Response:
        """The answer to one request. Raises Lost and TooLate; the environment is of no use then."""
        fields = {"method": request.method, "target": request.target, "headers": request.headers}
        try:
            send(self.connection, fields | {"source_ip": request.source_ip}, request.body)
            message, body = self._answer()
        except Closed:
            self.close()
            raise Lost from None
        except TimeoutError:
            self._end_later()
            raise TooLate(min(self._timeout, self._patience)) from None
        finally:
            self._end_debugging()
        self.connection.settimeout(None)
        self._hear(message)
        headers = tuple((name, value) for name, value in message["headers"])
        return Response(message["status"], headers, body)

    def _answer(self) -> tuple[Message, bytes]:
        while "status" not in (received := receive(self.connection))[0]:
            message = received[0]
            if "debugging" in message:
                self._debug()
            elif not self.debugging:
                self._timeout, self._patience = float(message["timeout"]), float(message["gateway"])
                self.connection.settimeout(min(self._timeout, self._patience) or None)
        return received

    def _debug(self) -> None:
        """Somebody has reached a breakpoint(): give it the terminal, once nobody else has it."""
        self.connection.settimeout(None)
        if not self.debugging:
            if not _terminal.acquire(blocking=False):
                print("Another breakpoint() waits for the end of this session.", file=sys.stderr, flush=True)
                _terminal.acquire()
            self.debugging = True
        send(self.connection, {})

    def _end_debugging(self) -> None:
        if self.debugging:
            self.debugging = False
            _terminal.release()

    def _end_later(self) -> None:
        """The gateway gives up before a function with a longer timeout ends; let it have the rest."""
        rest = max(0.0, self._timeout - self._patience)
        timer = threading.Timer(rest, self.kill)
        timer.daemon = True
        timer.start()

    def _hear(self, message: Message) -> None:
        if "files" in message:
            self.order = tuple(message["files"])
            self.files = frozenset(self.order)
            self.news.append({"modules": message["modules"], "texts": message["texts"]})

    def close(self) -> None:
        """Let the process end once it has nothing to do."""
        self.connection.close()

    def kill(self) -> None:
        if self.pid is not None:
            try:
                os.kill(self.pid, KILL)
            except OSError:
                return
        self.connection.close()
