"""Builds: the one place where read models are made beside the requests that need them.

Everything, findings, reports and costs are files in the cache, named after all that they are made of. Who
asks for one that is not there starts a process that makes it, unless one is at work already: it holds a lock
that goes with it, however it ends. Whoever asks meanwhile, in any process, waits a little and then hears how
far it is. The process outlives who has started it, so what one request began is found by the next.

Of each kind one is made at a time. Beside the files stand, for a kind: .<kind>.lock; .<kind>.progress.json,
what is being made; .<kind>.failed.json, why it could not be; .<kind>.log, what the process printed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from errors import NotReady, PoloError
from services.store.files import USE_CACHE_PATH, read_note, whole, writing
from services.store.lock import if_free

SRC = Path(__file__).resolve().parent.parent.parent
# as -m, but in this process's own folder: paths in settings may be relative
START = (
    "import sys, runpy; sys.path.insert(0, sys.argv.pop(1)); "
    "runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"
)
FOREVER = float("inf")
FIRST_LOOK, LONGEST_LOOK = 0.004, 0.05  # seconds between two looks at what another process does
STAYS = 5.0  # seconds that a failure is told, before anybody tries again
TRIES = 3  # processes that may die over the same file
LONG, AGAIN = 1.0, 5.0  # seconds until it is told that something takes long, and told again
Tell = Callable[[str], object]
_told: dict[Path, float] = {}
_awaited: set[Path] = set()


@dataclass(frozen=True)
class Progress:
    """What is being made. count: of `what`, None while that is not known. since: seconds since 1970."""

    doing: str
    what: str
    count: int | None = None
    since: float = 0.0

    def told(self, now: float) -> str:
        """As "Reading 100,000 resources, 12 s so far"."""
        return f"{self.doing} {self.counted}, {max(0.0, now - self.since):.0f} s so far"

    @property
    def counted(self) -> str:
        return self.what if self.count is None else f"{self.count:,} {self.what}"


Note = Callable[[Progress], None]


def quiet(_: Progress) -> None:
    """A Note that nobody reads."""


class OnItsWay(NotReady):
    """It is being made; one of the next requests finds it."""

    def __init__(self, progress: Progress, now: float) -> None:
        super().__init__(progress.told(now), "wait: the page asks again by itself")
        self.progress = progress


class Outdated(NotReady):
    """The process that makes it has other code, or other data, than whoever asked for it."""


class BuildFailed(PoloError):
    """The process that makes it said why it can't be made, or has died too often."""


@dataclass(frozen=True)
class Build:
    """A file that `python -m module *arguments` makes whole or not at all, with the modules of src.

    kind: of which one is made at a time. progress: what is said until the process says more.
    """

    target: Path
    kind: str
    module: str
    arguments: tuple[str, ...]
    progress: Progress


@dataclass(frozen=True)
class Builder:
    """What makes the files of one kind: `python -m module kind target *given *arguments`.

    given: what is the same for all of its files. patience: seconds that a request waits for one.
    """

    kind: str
    module: str
    given: tuple[str, ...] = ()
    patience: float = FOREVER
    tell: Tell = str

    def file(
        self, target: Path, progress: Progress, arguments: tuple[str, ...] = (), *, wait: bool = True
    ) -> Path:
        """The file, once it is there; wait: else it is only begun. Raises what `wait_for` does."""
        arguments = (self.kind, str(target), *self.given, *arguments)
        build = Build(target, self.kind, self.module, arguments, progress)
        return wait_for(build, self.patience if wait else 0.0, self.tell)


def say(text: str) -> None:
    """A Tell: a line in the terminal."""
    print(text, file=sys.stderr, flush=True)


def wait_for(build: Build, patience: float = FOREVER, tell: Tell = str) -> Path:
    """The file, once it is there. tell: hears what takes longer than a second, and how long it took.

    Raises OnItsWay after `patience` seconds, which this process waits once for the same file; Outdated,
    BuildFailed, and CantWrite.
    """
    patience = 0.0 if patience < FOREVER and build.target in _awaited else patience
    began, pause = time.monotonic(), FIRST_LOOK
    while not _there(build, tell):
        _tell(build, tell)
        if time.monotonic() - began >= patience:
            if patience:
                _awaited.add(build.target)
            raise OnItsWay(_progress(build), time.time())
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_LOOK)
    return build.target


def at_work(target: Path, kind: str, make: Callable[[Note], object]) -> int:
    """What the process does: make the file, and leave word of how that goes; answers its exit code."""
    lock = if_free(_beside(target, kind, "lock")) if sys.platform == "win32" else None
    if sys.platform == "win32" and lock is None:
        return 0  # another was quicker; elsewhere the lock is inherited
    said: dict[str, Any] = {}
    try:
        make(lambda progress: _note(target, kind, progress=progress))
    except PoloError as error:
        said = {"message": error.message, "way_out": error.way_out, "outdated": isinstance(error, Outdated)}
        _write(_beside(target, kind, "failed.json"), {"target": target.name, "at": time.time(), **said})
        print(error, file=sys.stderr)
    _note(target, kind, tries=0)  # it has not died
    return int(bool(said))


def _there(build: Build, tell: Tell) -> bool:
    """Whether it is; if not, a process is at work afterwards."""
    if build.target.exists():
        return True
    _raise_failure(build)
    lock = if_free(_beside(build.target, build.kind, "lock"), USE_CACHE_PATH)
    if lock is None:
        return False
    with lock:
        if build.target.exists():  # made just now
            return True
        _raise_failure(build)
        _start(build, lock, tell)
    return False


def _start(build: Build, lock: BinaryIO, tell: Tell) -> None:
    """Start the process, which inherits the lock. Raises BuildFailed when too many have died of it."""
    since = replace(build.progress, since=time.time())
    log, tries = _beside(build.target, build.kind, "log"), _tries(build)
    note = {"target": build.target.name, "tries": tries, "progress": asdict(since)}
    _write(_beside(build.target, build.kind, "progress.json"), note)
    inherited: dict[str, Any] = {"pass_fds": (lock.fileno(),)} if os.name == "posix" else {}
    with writing(log, USE_CACHE_PATH):
        printed = log.open("wb")
    with printed as out:
        process = subprocess.Popen(  # noqa: S603  this interpreter, our module
            [sys.executable, "-c", START, str(SRC), build.module, *build.arguments],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,  # neither Ctrl-C nor the end of an environment cuts it off
            **inherited,
        )
    threading.Thread(target=_follow, args=(process, build, since.since, tell), daemon=True).start()


def _tries(build: Build) -> int:
    """How many processes, with the next, have begun with this file and died. Raises BuildFailed."""
    known = read_note(_beside(build.target, build.kind, "progress.json"))
    died = int(known.get("tries", 0)) if known.get("target") == build.target.name else 0
    if died < TRIES:
        return died + 1
    if time.time() - known["progress"]["since"] > STAYS * TRIES:
        return 1
    log = _beside(build.target, build.kind, "log")
    raise BuildFailed(
        f"{build.progress.doing} {build.progress.what}: the process has died {TRIES} times",
        f"{log} may say why; does it need more memory or disk?",
    )


def _follow(process: subprocess.Popen[bytes], build: Build, since: float, tell: Tell) -> None:
    """Wait for its end, as whoever starts a process has to."""
    code, progress = process.wait(), _progress(build)
    if time.time() - since > LONG:
        how = "done" if code == 0 else "failed"
        tell(f"{progress.doing} {progress.counted}: {how} after {time.time() - since:.0f} s")


def _tell(build: Build, tell: Tell) -> None:
    progress, now = _progress(build), time.time()
    if now - progress.since >= LONG and now - _told.get(build.target, 0.0) >= AGAIN:
        _told[build.target] = now
        tell(progress.told(now))


def _progress(build: Build) -> Progress:
    """How far the process is that makes it, or that makes what has to be done first."""
    with suppress(KeyError, TypeError):
        return Progress(**read_note(_beside(build.target, build.kind, "progress.json"))["progress"])
    return replace(build.progress, since=time.time())


def _note(target: Path, kind: str, progress: Progress | None = None, tries: int | None = None) -> None:
    """Say how far it is; since when stays as it was."""
    file = _beside(target, kind, "progress.json")
    known = read_note(file) | {"target": target.name}
    if progress:
        since = (known.get("progress") or {}).get("since") or time.time()
        known["progress"] = asdict(replace(progress, since=since))
    _write(file, known if tries is None else known | {"tries": tries})


def _raise_failure(build: Build) -> None:
    """What the last process said, if it was about this file, and just now."""
    note = read_note(_beside(build.target, build.kind, "failed.json"))
    if note.get("target") == build.target.name and abs(time.time() - note.get("at", 0.0)) < STAYS:
        kind = Outdated if note.get("outdated") else BuildFailed
        raise kind(str(note.get("message")), str(note.get("way_out", "")))


def _beside(target: Path, kind: str, suffix: str) -> Path:
    return target.parent / f".{kind}.{suffix}"


def _write(file: Path, content: dict[str, Any]) -> None:
    with whole(file, USE_CACHE_PATH) as part:
        part.write_text(json.dumps(content), encoding="utf-8")
