"""The last invocations of the functions, kept in files so that they outlive the process that made them.

A run has one private folder, named by an environment variable that every process of the run inherits:
one file an invocation, a line of summary before a line with the whole, oldest removed first. Processes
that write at once need no lock for that. Without the variable nothing is kept.

A request does not wait for its file: a thread writes, once no request came for a moment.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from devserver.record.folder import folder
from devserver.record.invocation import Invocation, Summary
from devserver.record.limits import to_json

__all__ = ["KEPT", "Invocation", "Summary", "find", "record", "summaries", "writer"]

KEPT = 200
QUIET = 0.02  # seconds without an invocation before those that wait are written
LONGEST_DELAY = 1.0  # seconds after which they are, however busy the functions
SLOW = 0.4  # seconds after which one that still runs is written as it stands
PAUSE = 0.002  # seconds between two files, so that a request never waits for more than one
_ID = re.compile(r"[0-9a-f]{20}\Z")


def record(invocation: Invocation) -> None:
    """Keep an invocation; without a folder to keep it in, nothing happens."""
    if (place := folder()) is not None:
        writer.add(place, invocation)


class Writer:
    """Writes what was recorded, from a thread that begins with the first invocation of a process."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Path, Invocation]] = deque(maxlen=KEPT)
        self._added = threading.Event()
        self._writing = threading.Lock()
        self._hurry = threading.Event()
        self._running: dict[int, Callable[[], Invocation]] = {}
        self._process = 0

    def begin(self, key: int, so_far: Callable[[], Invocation]) -> None:
        """An invocation runs; should its process be killed, what is known of it by then is there."""
        self._running[key] = so_far
        self._start()

    def end(self, key: int) -> None:
        self._running.pop(key, None)

    def add(self, place: Path, invocation: Invocation) -> None:
        self._waiting.append((place, invocation))
        self._start()
        self._added.set()

    def _start(self) -> None:
        if self._process != os.getpid():  # a fork has the object, but not the thread
            self._process = os.getpid()
            self._writing, self._hurry = threading.Lock(), threading.Event()
            threading.Thread(target=self._run, name="invocations", daemon=True).start()

    def flush(self) -> None:
        """Write what waits, now."""
        self._hurry.set()
        self._write()
        self._hurry.clear()

    def _run(self) -> None:
        while True:
            if not self._added.wait(SLOW):
                self._write_running()
                continue
            end = time.monotonic() + LONGEST_DELAY
            while self._added.is_set() and time.monotonic() < end:
                self._added.clear()
                time.sleep(QUIET)
            self._added.clear()
            self._write()

    def _write(self) -> None:
        with self._writing:
            for _ in range(len(self._waiting)):
                place, invocation = self._waiting.popleft()
                with contextlib.suppress(OSError):  # a full disk must not fail a request
                    (place / f"{invocation.id}.json").write_bytes(_to_lines(invocation))
                self._hurry.wait(PAUSE)
            for old in _files(folder())[KEPT:]:
                old.unlink(missing_ok=True)

    def _write_running(self) -> None:
        now, place = datetime.now(UTC), folder()
        for key, so_far in tuple(self._running.items()):
            seen = so_far()
            if place and (now - seen.started).total_seconds() >= SLOW / 2:
                with self._writing, contextlib.suppress(OSError):
                    if key in self._running:
                        (place / f"{seen.id}.json").write_bytes(_to_lines(seen))


writer = Writer()


def summaries() -> list[Summary]:
    """The last invocations, newest first."""
    writer.flush()
    found = []
    for file in _files(folder())[:KEPT]:
        with contextlib.suppress(OSError, ValueError), file.open(encoding="ascii") as lines:
            found.append(Summary(**_dated(json.loads(lines.readline()))))
    return found


def find(id: str) -> Invocation | None:
    """The invocation with this id; None if there is none, or no longer."""
    place = folder()
    if place is None or not _ID.match(id):
        return None
    writer.flush()
    try:
        values = _dated(json.loads((place / f"{id}.json").read_text(encoding="ascii").split("\n", 1)[1]))
    except (OSError, ValueError):
        return None
    return Invocation(**values | {"logs": tuple(values["logs"]), "cut": tuple(values["cut"])})


def _files(place: Path | None) -> list[Path]:
    """Newest first."""
    names = sorted(os.listdir(place), reverse=True) if place and place.is_dir() else []  # noqa: PTH208
    return [place / name for name in names if place and name.endswith(".json")]


def _to_lines(invocation: Invocation) -> bytes:
    started = {"started": invocation.started.isoformat()}
    summary = json.dumps(vars(invocation.summary) | started)
    return f"{summary}\n{to_json(vars(invocation) | started)}\n".encode("ascii")


def _dated(values: dict[str, Any]) -> dict[str, Any]:
    return values | {"started": datetime.fromisoformat(values["started"]).astimezone(UTC)}
