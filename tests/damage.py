"""What may be wrong with a local file, and what the system answers to whoever can't read or write one."""

from __future__ import annotations

import errno
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

REFUSALS = (errno.EACCES, errno.EROFS, errno.ENOSPC)


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "something").touch()


def newer(path: Path) -> None:
    content = path.read_bytes().replace(b'"schema":1', b'"schema":99', 1)
    assert b'"schema":99' in content
    path.write_bytes(content)


def cut(path: Path) -> None:
    content = path.read_bytes().rstrip()
    path.write_bytes(content[: len(content) * 2 // 3])


def written(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


DAMAGE: Mapping[str, Callable[[Path], object]] = {
    "a folder": make_folder,
    "cut": cut,
    "empty": written(b""),
    "not JSON": written(b'{"meta":\n  oops'),
    "not UTF-8": written(b'{"meta": "\xff"}'),
    "a list": written(b"[]"),
    "no schema": written(b"{}"),
    "another shape": written(
        b'{"schema":1,"meta":7,"items":7,"scopes":7,"periods":7,"outlook":7,"accounts":7,"days":7,"mutes":7,'
        b'"channels":7,"latest":7}'
    ),
    "of a newer Polo": newer,
}


@contextmanager
def refusing(monkeypatch: pytest.MonkeyPatch, path: Path, number: int) -> Iterator[None]:
    """What the system answers to whoever would read that file."""
    opened = io.open

    def refuse(file: Any, *arguments: Any, **named: Any) -> Any:
        if str(file) == str(path):
            raise OSError(number, os.strerror(number), str(file))
        return opened(file, *arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(io, "open", refuse)
        yield


@contextmanager
def unwritable(monkeypatch: pytest.MonkeyPatch, number: int, *, late: bool = False) -> Iterator[None]:
    """What the system answers to whoever would write a file, at once or when it comes to the disk."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise OSError(number, os.strerror(number), "a file")

    opened = io.open

    def read_only(file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        return refuse(file) if set(mode) & set("wax+") else opened(file, mode, *arguments, **named)

    with monkeypatch.context() as patch:
        if late:
            patch.setattr(os, "fsync", refuse)
            patch.setattr(os, "replace", refuse)
            patch.setattr(Path, "replace", refuse)
        else:
            patch.setattr(io, "open", read_only)
            patch.setattr(tempfile, "mkstemp", refuse)
        yield


def linked(path: Path, folder: Path) -> Path:
    """Put a link in the place of the file; answers where its content is now."""
    folder.mkdir()
    target = folder / f"elsewhere-{path.name}"
    shutil.move(path, target)
    path.symlink_to(target)
    return target
