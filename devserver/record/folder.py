"""The private folder of one run of the server, that all its processes know by an environment variable."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

FOLDER = "POLO_INVOCATIONS"  # the variable that names the folder
KEY_FILE = "key"  # holds the run's secret
_own_secret = secrets.token_hex(32)


@contextlib.contextmanager
def keeping() -> Iterator[Path]:
    """A folder for one run of the server, known to all processes started within; then it is gone."""
    _sweep(Path(tempfile.gettempdir()))
    prefix = f"polo-{os.getpid()}-"
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as folder:
        (Path(folder) / KEY_FILE).write_text(secrets.token_hex(32), encoding="ascii")
        before = os.environ.get(FOLDER)
        os.environ[FOLDER] = folder
        try:
            yield Path(folder)
        finally:
            os.environ.pop(FOLDER, None)
            if before is not None:
                os.environ[FOLDER] = before


def _sweep(place: Path) -> None:
    """Remove what runs that were killed have left behind: there are cookies in it."""
    for left in place.glob("polo-*-*") if os.name == "posix" else ():
        number = left.name.split("-")[1]
        with contextlib.suppress(OSError):
            if number.isdecimal() and left.lstat().st_uid == os.geteuid() and not _alive(int(number)):
                shutil.rmtree(left)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def folder() -> Path | None:
    """Where this run keeps its invocations; None if it keeps none."""
    name = os.environ.get(FOLDER)
    return Path(name) if name else None


def run_secret() -> str:
    """What only the processes of this run know; of a process that keeps nothing, its own."""
    place = folder()
    return (place / KEY_FILE).read_text(encoding="ascii") if place else _own_secret
