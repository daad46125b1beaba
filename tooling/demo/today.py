"""The demo estate as of today: the committed one, moved in time, in the folder of caches.

What is committed stays as it is; nothing that ships knows that there is another one. It is made anew once a
day, with what belongs to it, and its scopes are collected again, as it were, when a run starts.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from errors import CantWrite, PoloError
from services.store.files import atomic_writer, read_note
from tooling import commands
from tooling.demo.shift import shift

NAME, STAMP = "local_data.json", "moved.json"
READY = "ready"
FRESH = timedelta(minutes=30)  # since it was collected, until a run collects it again
LARGE = 10_000_000  # bytes of a file that takes seconds
HERE = Path(__file__).resolve().parent


def demo_of_today(root: Path, cache: Path, now: datetime | None = None, *, whole: bool = False) -> Path:
    """The data file of the demo estate, with all that belongs to it beside it.

    root: of the project, whose local_data.json is moved. whole: wait for its findings and the reports of
    earlier days too, which else come a moment later. Where `cache` can't be written, or the file can't be
    read, it is that file itself, and a line on stderr says why.
    """
    now = now or datetime.now(UTC)
    source, target = root / NAME, demo_folder(cache) / NAME
    if not source.exists():
        return source
    try:
        problem = _bring_up_to_date(source, target, now, whole=whole)
    except (OSError, PoloError, ValueError) as error:
        problem = why(error)
    if problem:
        print(f"The demo estate is shown as of its own day: {problem}", file=sys.stderr)
    return source if problem else target


def demo_folder(cache: Path) -> Path:
    """Where it is, with what people enter as they look at it."""
    return cache / "demo"


def data_folder(root: Path, cache: Path, now: datetime | None = None) -> Path:
    """The folder of the data of one's own; while there is none, that of the demo estate of today."""
    own = root / "data"
    if any((own / name).exists() for name in (NAME, "local_costs.json")):
        return own
    found = demo_of_today(root, cache, now, whole=True)
    return own if found.parent == root else found.parent


def why(error: Exception) -> str:
    """What went wrong, in one line, with the way out."""
    if isinstance(error, CantWrite):
        return str(CantWrite(error.message, "CACHE_PATH names another folder"))
    return str(error)


def is_of_today(target: Path, source: Path, now: datetime) -> bool:
    """Whether all of a moved demo estate is of this day, and of the source as it is."""
    known, wanted = read_note(target.with_name(STAMP)), _stamp(source, now)
    return target.exists() and all(known.get(name) == wanted[name] for name in ("day", "made_of"))


def put_stamp(target: Path, source: Path, now: datetime) -> None:
    """Say that all of it is of this day, and that it was collected, as it were, just before `now`."""
    with atomic_writer(target.with_name(STAMP)) as file:
        file.write(json.dumps(_stamp(source, now)))


def _bring_up_to_date(source: Path, target: Path, now: datetime, *, whole: bool) -> str:
    """Answers what went wrong; raises OSError, PoloError and ValueError."""
    if not is_of_today(target, source, now):
        return _move(source, target, now, whole=whole)
    at = datetime.fromisoformat(read_note(target.with_name(STAMP))["at"])
    if not timedelta() <= now - at <= FRESH:
        shift(target, target, now)
        put_stamp(target, source, now)
    return ""


def _move(source: Path, target: Path, now: datetime, *, whole: bool) -> str:
    """In a process of its own, which goes on by itself once there is something to show."""
    if source.stat().st_size > LARGE:
        print("The demo estate is moved to today; that takes a while for a large one.", file=sys.stderr)
    command = [sys.executable, "-m", "tooling.demo.move", str(source), str(target), now.isoformat()]
    process = commands.start(
        command,
        cwd=HERE.parent.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None  # noqa: S101  a pipe
    with process.stdout as said:
        first = said.readline().strip()
        if whole:
            said.read()
    if whole:
        process.wait()
    return "" if first == READY else first or "it could not be moved"


def _stamp(source: Path, now: datetime) -> dict[str, str]:
    """made_of: another one when the file is, or the code that moves it."""
    files = (source, *sorted(HERE.glob("*.py")))
    made_of = json.dumps([(file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files])
    return {"day": str(now.date()), "made_of": made_of, "at": now.isoformat()}
