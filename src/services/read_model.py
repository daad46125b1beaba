"""Everything of one data file: built once for each content, in a child process, and opened read-only."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path

from errors import DataFileError, PoloError
from services.files import forget_old
from services.models.all import Everything
from services.models.everything.query import FACETS
from services.models.everything.schema import layout
from settings import ROOT, Settings

KEPT = 4  # database files of earlier contents that stay in the cache


class ReadModel:
    """The Everything of `file` as it is now; a change of the file is seen by the next call of `current`.

    While there is no file, `fallback` stands in for it. A file that can't be read leaves the Everything that
    was read before it, else that of `fallback`, and `notice` says so.
    """

    def __init__(self, file: Path, cache: Path, fallback: Path) -> None:
        self.file = file
        self.cache = cache
        self.fallback = fallback
        self.notice = ""
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._everything: Everything | None = None

    def current(self) -> Everything:
        """Raises DataFileError when neither file can be read."""
        with self._lock:
            version = _version(self.file)
            if self._everything is None or version != self._seen or not self._everything.path.exists():
                self._everything = self._read()
                self._seen = version
            return self._everything

    def _read(self) -> Everything:
        if not self.file.exists() and self.file != self.fallback:  # nothing collected yet
            self.notice = ""
            return Everything(self._database(self.fallback))
        try:
            everything = Everything(self._database(self.file))
        except DataFileError as error:
            if self.file == self.fallback:
                raise
            kept = "the data read before" if self._everything else "the demo estate"
            self.notice = f"Showing {kept}: {error}"
            return self._everything or Everything(self._database(self.fallback))
        self.notice = ""
        return everything

    def _database(self, file: Path) -> Path:
        if not file.exists():
            raise DataFileError(f"{file} does not exist", "inv sync, or inv run --demo")
        database = self.cache / f"everything-{_content_key(file)}.sqlite"
        if database.exists():
            database.touch()  # the oldest are forgotten first
        else:
            self.cache.mkdir(parents=True, exist_ok=True)
            build_in_child(file, database)
            forget_old(self.cache, "everything-*.sqlite", KEPT)
        return database


@cache
def local_read_model(settings: Settings) -> ReadModel:
    """The read model of the local data file; the demo estate stands in for a file that can't be read."""
    return ReadModel(settings.data_file, settings.cache_folder, fallback=ROOT / "local_data.json")


def before_snapshot() -> None:
    """What SnapStart's snapshot, and the dev server's next environment, hold ready: what every page asks."""
    with suppress(PoloError):
        everything = local_read_model(Settings.from_environment()).current()
        everything.accounts(), everything.heads()
        for field in FACETS:
            everything.groups(field)


def _version(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_size


def build_in_child(source: Path, target: Path) -> None:
    """`everything_build` in a process of its own, whose memory is gone afterwards. Raises DataFileError."""
    done = subprocess.run(  # noqa: S603  this interpreter, our module
        [sys.executable, "-m", "services.everything_build", str(source.resolve()), str(target.resolve())],
        cwd=Path(__file__).resolve().parent.parent,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode != 0:
        raise DataFileError(done.stderr.strip().rpartition("\n")[2] or f"{source} can't be read")


def _content_key(file: Path) -> str:
    """Changes with the content of the file, and with what the database makes of it."""
    made = repr(layout())
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, lambda: hashlib.blake2b(made.encode(), digest_size=12))
    return digest.hexdigest()
