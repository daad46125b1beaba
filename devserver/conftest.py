"""A real dev server on a free port, over handlers that a test writes."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DEADLINE = 60.0  # seconds; a machine that is busy or slow needs some, and nobody else waits for them
ROUTES = '["/", "/{proxy+}"]'
HANDLER = '''"""Answer.

infra:
  routes: {routes}
"""
import json
import os


def lambda_handler(event, context):
    {body}
'''


def until(condition: Callable[[], object], what: str) -> None:
    """Wait for a condition; fails after the deadline."""
    end = time.monotonic() + DEADLINE
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < end, f"waited {DEADLINE} s for {what}"
        pause.wait(0.01)


@dataclass
class DevServer:
    """A running `python -m devserver` and what it has printed."""

    process: subprocess.Popen[str]
    root: Path
    printed: list[str] = field(default_factory=list)

    @property
    def output(self) -> str:
        return "".join(self.printed)

    @property
    def port(self) -> int:
        until(lambda: "Polo  http" in self.output or self.process.poll() is not None, "the start line")
        found = re.search(r"Polo  http://localhost:(\d+)/?", self.output)
        assert found, self.output
        return int(found[1])

    def write(self, body: str, module: str = "lambda_function", routes: str = ROUTES) -> None:
        path = self.root / "src" / f"{module}.py"
        path.with_suffix(".new").write_text(HANDLER.format(routes=routes, body=body))
        path.with_suffix(".new").replace(path)  # as editors save

    def get(self, target: str = "/", headers: dict[str, str] | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        with suppress(http.client.RemoteDisconnected, ConnectionError):  # a crash is a test's own wish
            connection.request("GET", target, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.read().decode()
        return 0, ""

    def type(self, line: str) -> None:
        """Into the terminal that runs the server."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def processes(self) -> list[int]:
        """All that the server has started, and what those have."""
        found: list[int] = []
        waiting = [self.process.pid]
        while waiting:
            pid = waiting.pop()
            with suppress(OSError):
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
                waiting += map(int, children)
                found += map(int, children)
        return found

    def environments(self) -> int:
        """Processes that answer requests, or are ready to: those with a thread beside the main one."""
        return sum(_threads(pid) > 1 for pid in self.processes())


def _threads(pid: int) -> int:
    try:
        return len(list(Path(f"/proc/{pid}/task").iterdir()))
    except OSError:
        return 0


Start = Callable[..., DevServer]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts servers over tmp_path: `start("return {'body': 'one'}", "--stage", "prod")`."""
    yield from starting(tmp_path)


@pytest.fixture(scope="module")
def start_for_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts a module's server for the tests that only ask it, and save nothing."""
    yield from starting(tmp_path_factory.mktemp("for_all"))


def starting(root: Path) -> Iterator[Start]:
    """Starts servers over that folder, and ends them."""
    servers: list[DevServer] = []
    (root / "src").mkdir(exist_ok=True)

    def begin(body: str, *options: str, routes: str = ROUTES) -> DevServer:
        server = DevServer(None, root)  # type: ignore[arg-type]
        server.write(body, routes=routes)
        command = [sys.executable, "-m", "devserver", "--root", str(root), "--livereload-port", "0"]
        server.process = subprocess.Popen(  # noqa: S603
            [*command, *(options if "--port" in options else ("--port", "0", *options))],
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=_collect, args=(server,), daemon=True).start()
        servers.append(server)
        return server

    yield begin
    for server in servers:
        if server.process.poll() is None:
            server.process.send_signal(signal.SIGTERM)
    for server in servers:
        server.process.wait(DEADLINE)


def _collect(server: DevServer) -> None:
    assert server.process.stdout is not None
    for line in server.process.stdout:
        server.printed.append(line)
