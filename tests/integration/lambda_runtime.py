"""Lambda's own runtime without Docker: the interface emulator, and awslambdaric where nothing else is."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from settings import ROOT
from tests.integration.conftest import free_port
from tooling.blocks.blocks import Function
from tooling.deploy import sam
from tooling.tool_environment import tool_python

CLIENT = "awslambdaric==4.2.2"
PATH = "/2015-03-31/functions/function/invocations"
SECONDS = 60  # for its start, and for each answer


@dataclass(frozen=True)
class Runtime:
    """A function that runs as Lambda runs it."""

    port: int
    log: Path

    def invoke(self, event: Any) -> Any:
        """The function's answer; an AssertionError with its log when it fails."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request("POST", PATH, json.dumps(event))
            answer = json.loads(connection.getresponse().read() or "null")
        finally:
            connection.close()
        failed = isinstance(answer, dict) and "errorType" in answer
        assert not failed, f"{answer}\n{self.log.read_text()}"
        return answer


@contextmanager
def started(function: Function, code: Path, folder: Path, variables: Mapping[str, str]) -> Iterator[Runtime]:
    """The function over the unpacked zip in `code`, with these variables alone; temporary files in `folder`.

    Ended by its process id.
    """
    python = tool_python(ROOT / ".local" / "lambda-runtime", CLIENT)
    port, api = free_port(), free_port()
    addresses = ("--runtime-interface-emulator-address", f"127.0.0.1:{port}")
    addresses += ("--runtime-api-address", f"127.0.0.1:{api}")
    log = folder / f"{function.name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sam.emulator(ROOT), *addresses, python, "-m", "awslambdaric", function.handler],
            cwd=code,
            env={**_own_variables(function, code, folder), **variables},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_open(port, process, log)
        yield Runtime(port, log)
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # with the Python that it has started
        process.wait(SECONDS)


def _own_variables(function: Function, code: Path, folder: Path) -> dict[str, str]:
    """What Lambda itself sets, so far as anything reads it."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "TMPDIR": str(folder),
        "LAMBDA_TASK_ROOT": str(code),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(function.timeout),
    }


def _wait_until_open(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"the emulator did not answer within {SECONDS} s\n{log.read_text()}")
