"""`inv run --debugpy`, spoken to as an editor does."""

from __future__ import annotations

import importlib.util
import json
import re
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from devserver.conftest import DEADLINE, DevServer, Start, until

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
    pytest.mark.skipif(importlib.util.find_spec("debugpy") is None, reason="needs debugpy"),
]


class Session:
    """One debug session of an editor: what it sends, and all that it has been told."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=None)
        self._stream = self._socket.makefile("rb")
        self._number = 0
        self.told: list[dict[str, Any]] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, command: str, **arguments: object) -> None:
        self._number += 1
        content = {"seq": self._number, "type": "request", "command": command, "arguments": arguments}
        body = json.dumps(content).encode()
        self._socket.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def event(self, name: str, number: int = 1) -> dict[str, Any]:
        """The body of an event of that name, the first or a later one; waits for it."""

        def heard() -> list[dict[str, Any]]:
            return [each for each in tuple(self.told) if each.get("event") == name]

        until(lambda: len(heard()) >= number, f"event {name}")
        return dict(heard()[number - 1].get("body", {}))

    def attach(self, breakpoints: tuple[str, int] | None = None, **arguments: object) -> None:
        self.ask("initialize", adapterID="python", clientID="test")
        self.ask("attach", justMyCode=True, **arguments)
        self.event("initialized")
        if breakpoints:
            path, line = breakpoints
            self.ask("setBreakpoints", source={"path": path}, breakpoints=[{"line": line}])
        self.ask("configurationDone")

    def close(self) -> None:
        with suppress(OSError):  # the server has gone first
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while head := self._stream.readline():
                length = int(head.split(b":")[1])
                self._stream.readline()
                self.told.append(json.loads(self._stream.read(length)))


@contextmanager
def attached(server: DevServer) -> Iterator[Session]:
    offer = re.compile(r"Waiting for an editor to attach to 127\.0\.0\.1:(\d+)")
    until(lambda: offer.search(server.output), "the offer")
    editor = Session(int(offer.findall(server.output)[0]))
    try:
        editor.attach()
        yield editor
    finally:
        editor.close()


def child_of(editor: Session, number: int, breakpoints: tuple[str, int] | None = None) -> Session:
    """The session that the editor opens for a process it is told of."""
    wanted = editor.event("debugpyAttach", number)
    child = Session(editor.port)
    child.attach(breakpoints, subProcessId=wanted["subProcessId"])
    return child


@pytest.fixture
def waits() -> tuple[str, ...]:
    """What makes a server wait for an editor, at a port that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return "--debugpy", "--debugpy-port", str(free.getsockname()[1])


def test_the_editor_stops_in_src_and_follows_to_the_new_code_by_itself(
    start: Start, waits: tuple[str, ...]
) -> None:
    server = start("word = 'one'\n    return {'body': word}", *waits)
    file = str(server.root / "src/lambda_function.py")
    with attached(server) as editor:
        first = child_of(editor, 1, breakpoints=(file, 12))
        answers: list[tuple[int, str]] = []
        held = threading.Thread(target=lambda: answers.append(server.get()))
        held.start()
        thread = first.event("stopped")["threadId"]
        assert answers == []
        first.ask("continue", threadId=thread)
        held.join(DEADLINE)
        assert answers == [(200, "one")]

        first.ask("setBreakpoints", source={"path": file}, breakpoints=[])
        server.write("word = 'two'\n    return {'body': word}")
        followed = child_of(editor, 2)
        until(lambda: server.get() == (200, "two"), "the new code")
        followed.close()
        first.close()


def test_nothing_is_served_before_an_editor_has_attached(start: Start, waits: tuple[str, ...]) -> None:
    server = start("return {'body': 'up'}", *waits)
    until(lambda: "Waiting for an editor" in server.output, "the offer")
    assert "Polo  http" not in server.output
    with attached(server) as editor:
        child = child_of(editor, 1)
        assert server.get() == (200, "up")
        child.close()


def test_a_taken_port_is_one_line(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = start("return {}", "--debugpy", "--debugpy-port", str(port))
        assert server.process.wait(DEADLINE) == 1
    until(lambda: "\n" in server.output, "the line")
    assert server.output.startswith(f"--debugpy: port {port}, which editors attach to, is taken by ")
    assert server.output.count("\n") == 1
