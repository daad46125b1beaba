"""How environments are made where the system can't fork: each one is started before it is needed."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from devserver.handover import start_process
from devserver.options import Options
from devserver.processes.environments import Environment
from devserver.reload.frames import send


class SpareLauncher:
    """Starts each environment before it is needed: the way for systems that can't fork."""

    def __init__(self, options: Options, environ: Mapping[str, str]) -> None:
        self._options = options
        self._environ = environ
        self._processes: list[subprocess.Popen[bytes]] = []
        self._modules: list[str] = []
        self._spare: Environment | None = self._start()

    def launch(self) -> Environment:
        environment, self._spare = self._spare, None
        return environment or self._start()

    def saved(self, paths: Iterable[Path]) -> None:
        """Nothing to do: a spare has run nothing of src."""

    def loaded(self, environment: Environment) -> None:
        for message in environment.news:
            self._modules += message["modules"]
        environment.news = []
        if self._spare is None:
            self._spare = self._start()

    def _start(self) -> Environment:
        ours, theirs = socket.socketpair()
        with theirs:
            process = start_process("processes.spare", self._options, theirs, self._environ)
        send(ours, {"modules": self._modules})
        self._processes = [*(each for each in self._processes if each.poll() is None), process]
        return Environment(ours, pid=process.pid)

    def retire(self) -> None:
        if self._spare is not None:
            self._spare.kill()

    def close(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()
