"""How environments are made: forked where the system can, else started ahead of time."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

from devserver.handover import start_process
from devserver.options import Options
from devserver.processes.environments import Environment
from devserver.processes.spare_launcher import SpareLauncher
from devserver.reload.frames import Closed, Message, receive, send
from devserver.reload.sources import modules_of

RECENT = 4  # files; the ones that were saved last will be saved next


class Launcher(Protocol):
    def launch(self) -> Environment:
        """A new environment that has yet to load the code as it is now."""

    def saved(self, paths: Iterable[Path]) -> None:
        """These files have changed, have come or have gone."""

    def loaded(self, environment: Environment) -> None:
        """An environment serves: the next ones may be made ready."""

    def retire(self) -> None:
        """Make no more environments; those that there are end by themselves."""

    def close(self) -> None:
        """Retire, and end all environments."""


class ForkLauncher:
    """Forks from a template that has run all but what the last saves can have changed, if there is one."""

    def __init__(self, options: Options, environ: Mapping[str, str]) -> None:
        self._options = options
        self._lock = threading.Lock()
        self._alive, lifeline = os.pipe()[::-1]
        self._control, theirs = socket.socketpair()
        self._process = start_process("processes.forkserver", options, theirs, environ, [lifeline])
        theirs.close()
        os.close(lifeline)
        self.codes: dict[int, int] = {}  # exit codes of environments by process id
        self._recent: deque[str] = deque(_newest(options.root / "src"), RECENT)
        self._guessed = True
        self._template: _Template | None = None
        self._spare: Environment | None = None
        self._listen(self._control, None)

    def launch(self) -> Environment:
        with self._lock:
            spare, self._spare = self._spare, None
            if spare is not None and spare.alive:
                return spare
            template = self._template
            return self._fork(template.control if template and template.ready else self._control)

    def _fork(self, control: socket.socket) -> Environment:
        ours, theirs = socket.socketpair()
        with theirs:
            send(control, {"do": "environment"}, descriptors=[theirs.fileno()])
        return Environment(ours)

    def _fork_spare(self, template: _Template) -> None:
        """The next environment, as far as it can be without the next save."""
        with contextlib.suppress(Closed):
            if self._spare is None and template is self._template and template.ready:
                self._spare = self._fork(template.control)

    def saved(self, paths: Iterable[Path]) -> None:
        with self._lock:
            for path in map(str, paths):
                if path.endswith(".py"):
                    self._remember(path)
                if self._template is None or path not in self._template.left_out:
                    self._drop_spare()  # it may have read that already
                if self._template is not None and not self._template.lasts(path):
                    self._drop()

    def _remember(self, path: str) -> None:
        if self._guessed:
            self._guessed = False
            self._recent.clear()
        if path in self._recent:
            self._recent.remove(path)
        self._recent.append(path)

    def loaded(self, environment: Environment) -> None:
        news, environment.news = environment.news, []
        with self._lock, contextlib.suppress(Closed):
            for message in news:
                if message["modules"] or message["texts"]:
                    send(self._control, {"do": "learn"} | message)
                    self._drop()
            if self._template is not None and not self._template.suits(environment, list(self._recent)):
                self._drop()
            if self._template is None:
                self._prepare(environment)
            else:
                self._fork_spare(self._template)

    def _prepare(self, environment: Environment) -> None:
        ours, theirs = socket.socketpair()
        known = frozenset(file for _, file in modules_of(self._options.root / "src"))
        self._template = _Template(ours, known, environment.files, list(self._recent))
        message = {"do": "template", "files": environment.order, "without": self._template.without}
        with theirs:
            send(self._control, message, descriptors=[theirs.fileno()])
        self._listen(ours, self._template)

    def _drop(self) -> None:
        if self._template is not None:
            _shut(self._template.control)
            self._template = None
        self._drop_spare()

    def _drop_spare(self) -> None:
        if self._spare is not None:
            self._spare.close()
            self._spare = None

    def _listen(self, control: socket.socket, template: _Template | None) -> None:
        threading.Thread(target=self._hear, args=(control, template), daemon=True).start()

    def _hear(self, control: socket.socket, template: _Template | None) -> None:
        with contextlib.suppress(Closed, ValueError):
            while True:
                message: Message = receive(control)[0]
                if "loaded" in message and template is not None:
                    with self._lock:
                        template.files = frozenset(message["loaded"])
                        template.left_out = frozenset(message["left_out"])
                        template.ready = True
                        self._fork_spare(template)
                elif "ended" in message:
                    self.codes[message["ended"]] = message["code"]

    def retire(self) -> None:
        with self._lock:
            self._drop()
        _shut(self._control)
        _end(self._process)

    def close(self) -> None:
        os.close(self._alive)
        self.retire()


class _Template:
    """files: what it has run, once it is ready. left_out: what an environment does not run before its load.

    without: the files that were saved last, the last one last; the dearest of them are not left out.
    known: the files there are. wanted: those that an environment needs.
    """

    def __init__(
        self, control: socket.socket, known: frozenset[str], wanted: frozenset[str], without: list[str]
    ) -> None:
        self.control = control
        self.wanted = wanted
        self.without = without
        self.files: frozenset[str] = frozenset()
        self.left_out: frozenset[str] = frozenset()
        self.ready = False
        self._known = known

    def suits(self, environment: Environment, recent: list[str]) -> bool:
        """Whether it was made for such an environment, and for these to be saved next."""
        return environment.files <= self.wanted and self.without == recent

    def lasts(self, path: str) -> bool:
        """Whether it is as good as before once this file has changed: not so if it is new, or gone."""
        if not path.endswith(".py"):
            return "/static/" in path  # another file may be read by an import
        return path in self._known and path not in self.files and Path(path).exists()


Make = Callable[[Options, Mapping[str, str]], Launcher]


def launcher_for(options: Options) -> Make:
    """The way this system can; `options.fork` False asks for the other one."""
    return ForkLauncher if options.fork and hasattr(os, "fork") and _can_send_sockets() else SpareLauncher


def _can_send_sockets() -> bool:
    return os.name == "posix" and os.uname().sysname == "Linux"  # macOS frameworks do not survive a fork


def _newest(src: Path) -> list[str]:
    files = [path for path in src.rglob("*.py") if not path.name.endswith(("_test.py", "conftest.py"))]
    return [str(path) for path in sorted(files, key=lambda path: path.stat().st_mtime)[-RECENT:]]


def _shut(control: socket.socket) -> None:
    """End a connection that a thread may be reading from."""
    with contextlib.suppress(OSError):
        control.shutdown(socket.SHUT_RDWR)
    control.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
