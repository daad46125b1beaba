"""What the benches share: a dev server on loopback, tables with ratios, and their smallest size.

With `--smallest` a bench runs through all of its steps in seconds; its figures then mean nothing.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
DEADLINE = 60  # seconds
Size = TypeVar("Size")


def sized(full: Size, smallest: Size) -> Size:
    """The size to run at: the one that figures are of, or with `--smallest` the other."""
    return smallest if "--smallest" in sys.argv else full


def free_port() -> int:
    """Below the range of outgoing connections: one of them may take a port, or reach itself by it."""
    while True:
        port = random.randint(20_000, 32_000)  # noqa: S311
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def get(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status == 503:  # what it shows is being made
        raise ConnectionError(path)
    assert response.status == 200, (path, response.status, body[:200])
    return body


@contextlib.contextmanager
def server(
    command: list[str], port: int, **environment: str
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """A server process, and the seconds from its start to the first byte of its first answer."""
    started = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            seconds = _until_answer(port, started)
            yield process, seconds
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(DEADLINE)


def _until_answer(port: int, started: float) -> float:
    while time.perf_counter() - started < DEADLINE:
        with contextlib.suppress(OSError):
            get(port, "/")
            return time.perf_counter() - started
        time.sleep(0.002)
    raise TimeoutError(f"nothing answered on port {port}")


def polo(port: int, *arguments: str) -> list[str]:
    """The command line of `inv run`, as a newcomer's second run has it."""
    return [sys.executable, str(ROOT / "inv"), "run", "--port", str(port), *arguments]


def p50(work: Callable[[], object], times: int = sized(200, 2)) -> float:
    """Median milliseconds of `work`, after a few runs to warm up."""
    for _ in range(sized(10, 1)):
        work()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def table(title: str, rows: list[tuple[str, float, str]], yardstick: str) -> None:
    """Print measured values with their ratio to the row named `yardstick`."""
    base = next(value for name, value, _ in rows if name == yardstick)
    print(f"\n{title}\n| what | measured | ratio |\n|---|---|---|")
    for name, value, unit in rows:
        print(f"| {name} | {value:.2f} {unit} | {value / base:.2f}x |")
