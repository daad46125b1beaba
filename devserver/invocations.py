"""The last invocations of the functions, kept in files so that they outlive the worker that made them.

A run has one private folder, named by an environment variable that every process of the run inherits:
one file an invocation, a line of summary before a line with the whole, oldest removed first. Two workers
that serve at once, around a swap, need no lock for that. Without the variable nothing is kept.

A request does not wait for its file: a thread writes, once no request came for a moment.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from devserver.invocations_folder import folder
from devserver.invocations_folder import keeping as keeping
from devserver.invocations_limits import to_json

KEPT = 200
QUIET = 0.02  # seconds without an invocation before those that wait are written
LONGEST_DELAY = 1.0  # seconds after which they are, however busy the functions
PAUSE = 0.002  # seconds between two files, so that a request never waits for more than one
HTTP, INSPECTOR, REPLAY = "http", "inspector", "replay"
_ID = re.compile(r"[0-9a-f]{20}\Z")


@dataclass(frozen=True)
class Summary:
    """What a list says of an invocation. started: UTC; duration: ms; memory: MB, None where unknown."""

    id: str
    function: str
    started: datetime
    title: str  # "GET /instances?q=web", "Scheduled Event", "SQS, 1 record"
    status: int | None  # what the gateway answered; None for a function without routes
    failure: str | None  # "ZeroDivisionError: division by zero"; None if the handler returned
    duration: float
    memory: int | None
    cold: bool
    source: str

    @property
    def failed(self) -> bool:
        return self.failure is not None or (self.status or 0) >= 500


@dataclass(frozen=True)
class Invocation:
    """One call of a handler: what it got, what came back or was raised, what it printed and logged.

    response: as the handler returned it. error: a traceback that begins in src. raised: `module.Class`.
    cut: texts too long to keep, such as "event.body: 250000 characters, the first 100000 kept".
    """

    id: str
    function: str
    started: datetime
    event: Any
    context: dict[str, Any]
    response: Any = None
    status: int | None = None
    error: str | None = None
    raised: str | None = None
    logs: tuple[str, ...] = ()
    duration: float = 0.0
    memory: int | None = None
    cold: bool = False
    source: str = HTTP
    cut: tuple[str, ...] = ()

    @property
    def summary(self) -> Summary:
        own = {
            field.name: getattr(self, field.name) for field in fields(Summary) if hasattr(self, field.name)
        }
        failure = self.error.strip().rpartition("\n")[2] if self.error else None
        return Summary(**own, title=title_of(self.event)[:500], failure=failure and failure[:500])


def new_id() -> str:
    """Twenty hex digits; ids sort by the time they were made."""
    return f"{time.time_ns():016x}"[-16:] + secrets.token_hex(2)


def title_of(event: Any) -> str:
    """What an event is, in a few words."""
    match event:
        case {"httpMethod": method, "path": path}:
            pairs = event.get("multiValueQueryStringParameters")
            known = pairs.items() if isinstance(pairs, dict) else ()
            query = "&".join(f"{name}={value}" for name, values in known for value in values or ())
            return f"{method} {path}" + (f"?{query}" if query else "")
        case {"detail-type": kind}:
            return str(kind)
        case {"Records": [{"eventSource": str(source)} | {"EventSource": str(source)}, *_] as records}:
            return f"{source.rpartition(':')[2].upper()}, {len(records)} record{'s'[: len(records) > 1]}"
    return "event"


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
        self._process = 0

    def add(self, place: Path, invocation: Invocation) -> None:
        self._waiting.append((place, invocation))
        if self._process != os.getpid():  # a fork has the object, but not the thread
            self._process = os.getpid()
            self._writing, self._hurry = threading.Lock(), threading.Event()
            threading.Thread(target=self._run, name="invocations", daemon=True).start()
        self._added.set()

    def flush(self) -> None:
        """Write what waits, now."""
        self._hurry.set()
        self._write()
        self._hurry.clear()

    def _run(self) -> None:
        while self._added.wait():
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
