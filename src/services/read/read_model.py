"""Everything of one data file: built once for each content, in a child process, and opened read-only."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import cache
from pathlib import Path

from errors import CantWrite, DataFileError, NotReady
from services.models.all import Everything
from services.read.builds import FOREVER, Build, BuildFailed, Outdated, Progress, Tell, say, wait_for
from services.read.everything_file import FILES, KIND, content_key
from services.store.cached import is_cached
from services.store.readable import readable

Version = tuple[int, int, int]
RESTORE = "restore the file, or remove it and run inv sync"
CHANGES = 3  # of a file or of the code, while it is read


class ReadModel:
    """The Everything of `file` as it is now; a change of the file is seen by the next call of `current`.

    While there is no file, `fallback` stands in for it. A file that can't be read, or is not read yet, leaves
    the Everything that was read before it, and `notice` says so; else one that can't be read leaves that of
    `fallback`. patience: seconds that a call waits for what is being read. tell: hears how far that is.
    """

    def __init__(
        self, file: Path, cache: Path, fallback: Path, patience: float = FOREVER, tell: Tell = str
    ) -> None:
        self.file = file
        self.cache = cache
        self.fallback = fallback
        self.patience = patience
        self.notice = ""
        self._tell = tell
        self._lock = threading.Lock()
        self._seen: Version | None = None
        self._everything: Everything | None = None
        self._builds: dict[Path, tuple[Version | None, Build]] = {}

    def current(self) -> Everything:
        """Raises DataFileError when neither file can be read, OnItsWay while none is read yet.

        Raises CantWrite when the cache can't be written.
        """
        with self._lock:
            version = _version(self.file)
            known = self._everything
            if known is None or version != self._seen or not known.path.exists():
                self._everything = self._read(version)
            assert self._everything is not None  # noqa: S101
            return self._everything

    def _read(self, version: Version | None) -> Everything:
        try:
            everything = self._read_file()
        except NotReady as error:
            if self._everything is None or not self._everything.path.exists():
                raise
            self.notice = f"Showing the data read before. {error.message}"
            return self._everything
        self._seen = version
        return everything

    def _read_file(self) -> Everything:
        try:
            if not _is_there(self.file) and self.file != self.fallback:  # nothing collected yet
                self.notice = ""
                return Everything(self._database(self.fallback))
            everything = Everything(self._database(self.file))
        except (DataFileError, CantWrite) as error:
            other = isinstance(error, DataFileError) and self.file != self.fallback
            if self._everything is None and not other:
                raise
            kept = "the data read before" if self._everything else "the demo estate"
            self.notice = f"Showing {kept}: {error}"
            return self._everything or Everything(self._database(self.fallback))
        self.notice = ""
        return everything

    def _database(self, file: Path) -> Path:
        if not _is_there(file):
            raise DataFileError(f"{file} does not exist", "inv sync, or inv run --demo")
        for _ in range(CHANGES):
            build = self._build_of(file)
            if is_cached(build.target):
                with suppress(OSError):  # the oldest are forgotten first, where any can be
                    build.target.touch()
                return build.target
            with suppress(Outdated):
                return _built(build, self.patience, self._tell)
            self._builds.clear()
        raise Outdated(f"{file} changes while it is read", "wait until that is over")

    def _build_of(self, file: Path) -> Build:
        """Of the file as it is now; a large one takes a while to look through."""
        version = _version(file)
        if self._builds.get(file, (None, None))[0] != version:
            self._builds[file] = version, build_of(file, self.cache)
        return self._builds[file][1]


def _built(build: Build, patience: float, tell: Tell) -> Path:
    try:
        return wait_for(build, patience, tell)
    except BuildFailed as error:
        raise DataFileError(error.message, error.way_out) from None


def build_of(file: Path, cache: Path) -> Build:
    """How the database of a data file, as its content is now, is made."""
    with readable(file, RESTORE, missing=RESTORE):
        key = content_key(file)
    target = cache / FILES.format(key)
    arguments = (str(file.resolve()), str(target.resolve()), key)
    return Build(target, KIND, "services.read.everything_build", arguments, Progress("Reading", file.name))


@cache
def local_read_model(file: Path, cache: Path, fallback: Path, patience: float = FOREVER) -> ReadModel:
    """The one read model of these files in this process."""
    return ReadModel(file, cache, fallback, patience, say)


def _version(file: Path) -> Version | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _is_there(file: Path) -> bool:
    """Raises DataFileError for a file that can't be asked, and for a link that leads nowhere."""
    with readable(file, RESTORE):
        there = file.exists()
    if not there and file.is_symlink():
        raise DataFileError(f"{file} is a link to {file.readlink()}, which does not exist", RESTORE)
    return there
