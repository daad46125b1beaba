"""Everything of one data file: built once for each content, in a child process, and opened read-only."""

from __future__ import annotations

import gc
import hashlib
import os
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from pathlib import Path
from typing import Any

import msgspec

from errors import DataFileError
from services.estate import Estate, estate_of, read_estate
from services.models import RESOURCE_TYPES
from services.models.all import Everything
from services.models.base import Account, Scope
from services.models.everything.line import Stored, stored
from services.models.everything.schema import VERSION
from services.models.everything.writer import Writer

KEPT = 4  # database files of earlier contents that stay in the cache


class ReadModel:
    """The Everything of `file` as it is now; a change of the file is seen by the next call of `current`.

    A file that can't be read leaves the Everything that was read before it, else that of `fallback`, and
    `notice` says so.
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
            if self._everything is None or version != self._seen:
                self._everything = self._read()
                self._seen = version
            return self._everything

    def _read(self) -> Everything:
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
        if not database.exists():
            self.cache.mkdir(parents=True, exist_ok=True)
            build_in_child(file, database)
            self._forget_old()
        return database

    def _forget_old(self) -> None:
        files = sorted(self.cache.glob("everything-*.sqlite"), key=lambda file: file.stat().st_mtime)
        for file in files[:-KEPT]:
            file.unlink(missing_ok=True)


def _version(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_size


def build(source: Path, target: Path) -> None:
    """Write the database of a data file; `target` appears whole or not at all. Raises DataFileError."""
    estate, scopes = _decoded(source)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".everything-")
    os.close(handle)
    part = Path(name)
    try:
        writer = Writer(part)
        writer.mark_demo(estate.demo)
        writer.name_accounts(Account(*each) for each in estate.accounts.items())
        for head in estate.heads.values():
            writer.replace_scope(head, scopes.get(head.scope, ()))
        writer.close()
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


class _File(msgspec.Struct):
    meta: dict[str, Any]
    items: list[msgspec.Raw]


def _decoded(source: Path) -> tuple[Estate, dict[Scope, list[Stored]]]:
    """The file without its resources, and these by scope; `read_estate` tells where a file is broken."""
    content = source.read_bytes()
    scopes: dict[Scope, list[Stored]] = defaultdict(list)
    try:
        content.decode()
        file = msgspec.json.decode(content, type=_File)
        estate = estate_of({"meta": file.meta, "items": ()})
        for line, text in (stored(bytes(raw)) for raw in file.items):
            scopes[Scope(line.account, line.scope or line.region, line.type)].append((line, text))
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
    ) as error:  # msgspec's and Unicode's are ValueErrors
        read_estate(source)
        raise DataFileError(f"{source}: {error}", "restore the file, or remove it and run inv sync") from None
    return estate, scopes


def build_in_child(source: Path, target: Path) -> None:
    """`build` in a process of its own, whose memory is gone afterwards. Raises DataFileError."""
    src = str(Path(__file__).resolve().parent.parent)
    done = subprocess.run(  # noqa: S603  this interpreter, this module
        [sys.executable, "-m", "services.read_model", str(source), str(target)],
        env={**os.environ, "PYTHONPATH": src},
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode != 0:
        raise DataFileError(done.stderr.strip().rpartition("\n")[2] or f"{source} can't be read")


def _content_key(file: Path) -> str:
    """Changes with the content of the file, and with what the database makes of it."""
    layout = repr((VERSION, [(kind.name, kind.columns) for kind in RESOURCE_TYPES.values()]))
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, lambda: hashlib.blake2b(layout.encode(), digest_size=12))
    return digest.hexdigest()


if __name__ == "__main__":
    gc.disable()  # a short life with many objects and no cycles: a fifth faster
    try:
        build(Path(sys.argv[1]), Path(sys.argv[2]))
    except DataFileError as error:
        sys.exit(str(error))
