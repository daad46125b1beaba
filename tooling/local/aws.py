"""`inv aws`: a local AWS (ministack) on loopback, in an environment of its own."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from errors import PoloError, SettingsError
from tooling import commands, processes
from tooling.local.http_status import status_of
from tooling.names import one_of
from tooling.tool_environment import tool_python

# an environment of its own, for it pins its own botocore; its functions run in its interpreter
REQUIREMENTS = ("ministack==1.5.33", "boto3==1.43.106")
FOLDER = Path(".local/ministack")
PORT = 4566
PORT_VARIABLE = "LOCAL_AWS_PORT"
HOST = "127.0.0.1"
START_SECONDS = 30
STOP_SECONDS = 10
TLS_SECONDS = 1  # then it waits for connections that nobody ends
RESET_SECONDS = 60  # it ends every function that runs
# its own arguments are of no use to it, but they tell this process from any other with the same id
CODE = "import sys; del sys.argv[1:]; from ministack.app import main; main()"


def command(root: Path, action: str, *, auth: bool = False, port: int = 0) -> int:
    """Run start, status, stop or reset, say what happened in one line, answer the exit code.

    port: 0 for LOCAL_AWS_PORT; without that the one that runs, whatever port it was started on, else 4566.
    """
    try:
        local = LocalAws(root / FOLDER, port) if port else LocalAws.of(root)
        actions: dict[str, Callable[[], str]] = {
            "start": lambda: local.start(auth=auth),
            "status": local.status,
            "stop": local.stop,
            "reset": local.reset,
        }
        print(actions[one_of("action", action, actions)]())
    except PoloError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


@dataclass(frozen=True)
class LocalAws:
    """The local AWS on one port. Its process id and its log are in `folder`.

    tls: it speaks HTTPS only, with a certificate of its own.
    """

    folder: Path
    port: int = PORT
    tls: bool = False

    @classmethod
    def of(cls, root: Path) -> Self:
        """The checkout's own: on LOCAL_AWS_PORT, else the one that runs, else on 4566. Raises PoloError."""
        given = os.environ.get(PORT_VARIABLE)
        if not given:
            return cls._running(root / FOLDER) or cls(root / FOLDER)
        if not (given.isascii() and given.isdigit() and 0 < int(given[:9]) <= 65_535):
            raise SettingsError(f"{PORT_VARIABLE} is {given!r}", "set it to a port from 1 to 65535")
        return cls(root / FOLDER, int(given))

    @classmethod
    def _running(cls, folder: Path) -> Self | None:
        """The one that `inv aws start` has started here; runs of tests have theirs."""
        numbers = sorted(int(file.stem) for file in folder.glob("*.pid") if file.stem.isdigit())
        found = [local for local in (cls(folder, number) for number in numbers) if local._is_of_the_user()]
        if len(found) > 1:
            ports = ", ".join(str(local.port) for local in found)
            raise PoloError(f"{len(found)} local AWSs run, on ports {ports}", f"--port {found[0].port}")
        return found[0] if found else None

    def _is_of_the_user(self) -> bool:
        return self.runs and "run" not in self._about()

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://{HOST}:{self.port}"

    @property
    def certificate(self) -> Path:
        """The one to trust, with `tls`."""
        return self._temporary / "ministack-tls" / "server.crt"

    @property
    def runs(self) -> bool:
        return self._pid() is not None

    def start(self, *, auth: bool = False, tests: bool = False) -> str:
        """Start it and wait until it answers; auth: enforce IAM. Raises PoloError.

        tests: it belongs to this process, a run of tests; `inv sweep` ends it should that run be killed.
        """
        pid = self._pid()
        if pid is not None:
            return f"Local AWS is already running at {self.url} (process {pid})"
        if _taken(self.port):
            raise PoloError(f"port {self.port} is taken", f"set {PORT_VARIABLE} to another")
        python = tool_python(self.folder, *REQUIREMENTS)
        process = self._spawn(python, auth)
        about = {"pid": process.pid, "port": self.port, "auth": auth}
        self._pid_file.write_text(json.dumps(about | ({"run": processes.myself()} if tests else {})))
        try:
            self._wait_until_ready(process)
        except BaseException:
            self._end(process.pid)
            raise
        access = "IAM is enforced" if auth else "any key works, 12 digits choose the account"
        return f"Local AWS runs at {self.url} (process {process.pid}); {access}"

    def status(self) -> str:
        """Where it runs. Raises PoloError when it does not."""
        pid = self.require()
        access = "IAM is enforced" if self._about().get("auth") else "any key works"
        return f"Local AWS runs at {self.url} (process {pid}); {access}"

    def stop(self) -> str:
        """End the process that `start` began, and no other. Raises PoloError when there is none."""
        self._end(self.require())
        self._log.unlink(missing_ok=True)
        self._remove_temporary()
        return f"Local AWS at {self.url} is stopped"

    def remove(self) -> None:
        """End it if it runs, and leave nothing of it."""
        if (pid := self._pid()) is not None:
            self._end(pid)
        for file in (self._pid_file, self._log):
            file.unlink(missing_ok=True)
        shutil.rmtree(self._temporary, ignore_errors=True)

    def reset(self) -> str:
        """Empty it. Raises PoloError when it is not running."""
        self.require()
        if self._request("POST", "/_ministack/reset", RESET_SECONDS) != 200:
            raise PoloError(
                f"local AWS at {self.url} was not empty within {RESET_SECONDS} s",
                f"inv aws stop, then inv aws start; its log is {self._log}",
            )
        shutil.rmtree(self._temporary / "polo", ignore_errors=True)  # the consoles' read models
        return f"Local AWS at {self.url} is empty"

    def require(self) -> int:
        """Its process. Raises PoloError when it does not run."""
        pid = self._pid()
        if pid is None:
            raise PoloError(f"no local AWS is running on port {self.port}", "inv aws start")
        return pid

    def _pid(self) -> int | None:
        """The process that `start` began, if it is still that process."""
        try:
            pid = int(self._about()["pid"])
        except (ValueError, KeyError, TypeError):
            return None
        return pid if str(self._pid_file) in processes.command_of(pid) else None

    def _about(self) -> dict[str, Any]:
        """What `start` has written down: pid, port, auth, and the run of tests it belongs to."""
        try:
            found = json.loads(self._pid_file.read_text())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _spawn(self, python: Path, auth: bool) -> subprocess.Popen[bytes]:
        ours = {"BIND_HOST": HOST, "GATEWAY_PORT": str(self.port), "AUTH": str(auth).lower()}
        # its functions have this machine's folder for temporary files, which would outlive them
        self._temporary.mkdir(exist_ok=True)
        ours["TMPDIR"] = str(self._temporary)
        if self.tls:
            ours |= {"USE_SSL": "1", "AWS_CA_BUNDLE": str(self.certificate)}
        with self._log.open("wb") as log:
            return commands.start(
                [python, "-c", CODE, self._pid_file],
                env={**os.environ, **ours},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C in this terminal is not for it
            )

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        def ready() -> bool:
            if process.poll() is not None:
                raise PoloError(f"local AWS ended at once with code {process.returncode}", f"see {self._log}")
            return self._request("GET", "/_ministack/health") == 200

        if not _wait(ready, START_SECONDS):
            raise PoloError(f"local AWS did not answer within {START_SECONDS} s", f"see {self._log}")

    def _end(self, pid: int) -> None:
        for number in (signal.SIGTERM, processes.KILL):
            if self._pid() == pid:
                os.kill(pid, number)
                _wait(lambda: self._pid() is None, TLS_SECONDS if self.tls else STOP_SECONDS)
        self._pid_file.unlink(missing_ok=True)

    def _remove_temporary(self) -> None:
        """Leave it to another process: every function that ran has unpacked the whole zip there."""
        gone = self.folder / f"{self.port}.{os.getpid()}.gone"
        with contextlib.suppress(OSError):
            self._temporary.rename(gone)
        code = "import shutil, sys; shutil.rmtree(sys.argv[1], ignore_errors=True)"
        commands.start(
            [sys.executable, "-c", code, gone],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _request(self, method: str, path: str, seconds: float = 5.0) -> int | None:
        certificate = self.certificate if self.tls else None
        try:
            return status_of(f"{self.url}{path}", method, seconds=seconds, certificate=certificate)
        except (OSError, http.client.HTTPException):
            return None

    @property
    def _pid_file(self) -> Path:
        return self.folder / f"{self.port}.pid"

    @property
    def _temporary(self) -> Path:
        return self.folder / f"{self.port}.tmp"

    @property
    def _log(self) -> Path:
        return self.folder / f"{self.port}.log"


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()
