"""The last invocations of the functions, kept in files so that they outlive the worker that made them.

A run has one private folder, named by an environment variable that every process of the run inherits:
one file an invocation, a line of summary before a line with the whole, oldest removed first. Two workers
that serve at once, around a swap, need no lock for that. Without the variable nothing is kept.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from devserver.invocations_limits import to_json

FOLDER = "POLO_INVOCATIONS"  # the variable that names the folder
KEPT = 200
PRUNE_EVERY = 20  # invocations; so at most KEPT + PRUNE_EVERY files a worker stand there
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
            pairs = event.get("multiValueQueryStringParameters") or {}
            query = "&".join(f"{name}={value}" for name, values in pairs.items() for value in values)
            return f"{method} {path}" + (f"?{query}" if query else "")
        case {"detail-type": kind}:
            return str(kind)
        case {"Records": [{"eventSource": str(source)} | {"EventSource": str(source)}, *_] as records}:
            return f"{source.rpartition(':')[2].upper()}, {len(records)} record{'s'[: len(records) > 1]}"
    return "event"


@contextlib.contextmanager
def keeping() -> Iterator[Path]:
    """A folder for one run of the server, known to all processes started within; then it is gone."""
    with tempfile.TemporaryDirectory(prefix="polo-", ignore_cleanup_errors=True) as folder:
        before = os.environ.get(FOLDER)
        os.environ[FOLDER] = folder
        try:
            yield Path(folder)
        finally:
            os.environ.pop(FOLDER)
            if before is not None:
                os.environ[FOLDER] = before


def folder() -> Path | None:
    """Where this run keeps its invocations; None if it keeps none."""
    name = os.environ.get(FOLDER)
    return Path(name) if name else None


_recorded = 0


def record(invocation: Invocation) -> None:
    """Keep an invocation, long texts cut; without a folder to keep it in, nothing happens."""
    global _recorded
    place = folder()
    if place is None:
        return
    with contextlib.suppress(OSError):  # a full disk or a folder that is gone must not fail a request
        (place / f"{invocation.id}.json").write_bytes(_to_lines(invocation))
        _recorded += 1
        if _recorded % PRUNE_EVERY == 0:
            for old in _files(place)[KEPT:]:
                old.unlink(missing_ok=True)


def summaries() -> list[Summary]:
    """The last invocations, newest first."""
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
