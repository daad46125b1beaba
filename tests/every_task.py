"""A program for tests: calls every task in one process, and prints as JSON how each of them ended.

`python every_task.py endings ROOT` replaces each body by one that fails; `... dry ROOT` calls each with --dry
and lists all that reaches out of the process meanwhile.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import inspect
import io
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from typing import Any

sys.path[:0] = [sys.argv[2], f"{sys.argv[2]}/src"]

from invoke.exceptions import Exit  # noqa: E402  needs the path

import tasks  # noqa: E402
from errors import PoloError  # noqa: E402
from tooling.program import Polo  # noqa: E402

SAMPLES = {
    "file": "backup.json",
    "env": "prod",
    "action": "start",
    "function": "function",
    "name": "SyncFunction",
}
STARTS = ("subprocess.Popen", "os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.system", "os.kill")
WRITES = (
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
)
TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


def print_much() -> None:
    print("x" * 1_000_000, flush=True)


def failing(error: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def full_database() -> None:
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.execute("PRAGMA max_page_count = 1")
        database.execute("CREATE TABLE t (c)")


FAILURES: dict[str, Callable[[], None]] = {
    "polo": failing(PoloError("no such thing", "mend it")),
    "interrupt": failing(KeyboardInterrupt()),
    "permission": failing(PermissionError(errno.EACCES, "Permission denied", "/some/file")),
    "full": failing(OSError(errno.ENOSPC, "No space left on device", "/some/file")),
    "database": full_database,
    "exit": failing(Exit("as it says", 3)),
    "pipe": print_much,
}


def arguments(task: Any) -> list[str]:
    """What a call of the task can't do without."""
    parameters = task.argspec(task.body).parameters.values()
    needed = [each.name for each in parameters if each.default is inspect.Parameter.empty]
    return [word for name in needed for word in (f"--{name}", SAMPLES[name])]


def called(*words: str) -> tuple[int, str, str]:
    out, err, code = io.StringIO(), io.StringIO(), 0
    keep = contextlib.nullcontext() if "pipe" in words else contextlib.redirect_stdout(out)
    try:
        with keep, contextlib.redirect_stderr(err):
            Polo(tasks.namespace).run(["inv", *(word for word in words if word != "pipe")])
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException as error:
        return -1, out.getvalue(), f"Traceback: {error!r}"
    return code, out.getvalue(), err.getvalue()


@contextlib.contextmanager
def nobody_reading() -> Iterator[None]:
    kept = os.dup(1)
    read, write = os.pipe()
    os.close(read)
    os.dup2(write, 1)
    os.close(write)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def endings() -> Iterator[dict[str, Any]]:
    for name, task in sorted(tasks.namespace.tasks.items()):
        real = task.body
        for kind, fail in FAILURES.items():
            task.body = functools.wraps(real)(lambda *_, fail=fail, **__: fail())
            with nobody_reading() if kind == "pipe" else contextlib.nullcontext():
                code, _, err = called(name, *arguments(task), *(["pipe"] if kind == "pipe" else []))
            yield {"task": name, "kind": kind, "code": code, "err": err}
        task.body = real


def dry() -> Iterator[dict[str, Any]]:
    seen: list[str] = []
    watching = False

    def hook(event: str, given: tuple[Any, ...]) -> None:
        if not watching:
            return
        opened = event == "open" and isinstance(given[2], int) and given[2] & TO_WRITE
        if opened or event in STARTS + WRITES or event.startswith(("socket.", "shutil.", "sqlite3.connect")):
            seen.append(f"{event} {given}"[:200])

    sys.addaudithook(hook)
    for flag in (["--dry"], []):  # without it, to see that the hook would notice
        for name, task in sorted(tasks.namespace.tasks.items()):
            if not flag and name != "template":
                continue
            seen.clear()
            watching = True
            code, out, err = called(*flag, name, *arguments(task))
            watching = False
            yield {"task": name, "dry": bool(flag), "code": code, "out": out, "err": err, "seen": list(seen)}


if __name__ == "__main__":
    done = list({"endings": endings, "dry": dry}[sys.argv[1]]())
    print(json.dumps(done))
