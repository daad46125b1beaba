"""Files that appear whole or not at all, and caches of them."""

from __future__ import annotations

import errno
import json
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from errors import CantWrite

USE_CACHE_PATH = "set CACHE_PATH to a folder that can be written"
USE_FREE_DISK = "free some space"
FULL = (errno.ENOSPC, errno.EDQUOT)
SQLITE = {"SQLITE_FULL": "the disk is full", "SQLITE_READONLY": "read-only", "SQLITE_IOERR": "disk error"}
SKEW = 60  # seconds that a file's time may be ahead of the clock


@contextmanager
def whole(target: Path, way_out: str = "") -> Iterator[Path]:
    """A file that takes the place of `target` when the block ends well, and leaves no trace otherwise.

    Where `target` is a link, of what it leads to. What killed writers have left in the folder is removed.
    way_out: for a folder that can't be written. Raises CantWrite.
    """
    with writing(target, way_out):
        real = Path(os.path.realpath(target))
        real.parent.mkdir(parents=True, exist_ok=True)
        _sweep(real)
        descriptor, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.{os.getpid()}.")
        os.close(descriptor)
        part = Path(name)
        try:
            yield part
            part.replace(real)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def atomic_writer(path: Path, way_out: str = "") -> Iterator[TextIO]:
    """A text file that takes the place of `path`, as `whole` does."""
    with whole(path, way_out) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def writing(path: Path, way_out: str = "") -> Iterator[None]:
    """Around what writes a file: what the system refuses is a CantWrite that names the file and says why."""
    try:
        yield
    except OSError as error:
        raise _cant_write(path, error, way_out) from None
    except Exception as error:
        if why := SQLITE.get(getattr(error, "sqlite_errorname", "")):  # here nobody else needs sqlite3
            raise CantWrite(f"can't write {path}: {why}", way_out or USE_FREE_DISK) from None
        raise


def _cant_write(path: Path, error: OSError, way_out: str) -> CantWrite:
    if error.errno in FULL:
        way_out = USE_FREE_DISK
    elif path.is_dir():
        way_out = "move that folder away"
    return CantWrite(f"can't write {path}: {error.strerror or error}", way_out or "make its folder writable")


OURS = re.compile(r"\..+\.(\d{1,9})\.[a-z0-9_]{8}")  # the writer's process, and what mkstemp adds
EARLIER = re.compile(r"([a-z0-9_]{8}|tmp\w*)")  # after the target's name; an editor's swap file is no such


def _sweep(target: Path) -> None:
    """Remove the parts of files that their writers, which are gone, did not come to put in place."""
    for file in target.parent.glob(".*.*"):
        if _is_left(file.name, target.name) and file.is_file() and not file.is_symlink():
            with suppress(OSError):  # another writer sweeps as well
                file.unlink()


def _is_left(name: str, target: str) -> bool:
    if found := OURS.fullmatch(name):
        return not _runs(int(found[1]))
    return name.startswith(f".{target}.") and bool(EARLIER.fullmatch(name.removeprefix(f".{target}.")))


def _runs(process: int) -> bool:
    if os.name == "nt":  # no signal asks there, and a file that is open can't be removed
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's
        return True
    return True


def forget_old(cache: Path, pattern: str, kept: int) -> None:
    """Leave only the files of this pattern that were touched last. One from the future is the oldest."""
    latest = time.time() + SKEW
    aged = []
    for file in cache.glob(pattern):
        with suppress(FileNotFoundError):  # another process forgets as well
            touched = file.stat().st_mtime
            aged.append((touched if touched <= latest else 0.0, file))
    for _, file in sorted(aged)[:-kept]:
        with suppress(OSError):  # what can't be removed does no harm
            file.unlink()


def read_note(file: Path) -> dict[str, Any]:
    """The JSON object that a process has left in a file; {} where it is gone, half-written or none."""
    with suppress(OSError, ValueError):
        found = json.loads(file.read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    return {}
