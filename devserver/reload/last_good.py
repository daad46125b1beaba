"""The code as it was when it last loaded: it can be loaded again while what was saved since can't."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from devserver.reload.sources import modules_of


class LastGood:
    """A copy of `root`/src below `folder`, of the modules only; all else is read where it is."""

    def __init__(self, root: Path, folder: Path) -> None:
        self._src = root / "src"
        self._folder = folder
        self._changed: set[Path] | None = None  # since it was copied; None: nothing is copied yet
        self._lock = threading.Lock()

    @property
    def folder(self) -> Path | None:
        """The folder that holds the copy of src; None before there is one."""
        return None if self._changed is None else self._folder

    def changed(self, paths: Iterable[Path]) -> None:
        """These files are no longer as they were."""
        with self._lock:
            if self._changed is not None:
                self._changed.update(path for path in paths if path.is_relative_to(self._src))

    def keep(self, still: Callable[[], bool]) -> None:
        """The files as they are have been loaded. still: whether that holds; asked once they are read."""
        with self._lock:
            paths = self._changed
            if paths is None:
                paths = {Path(file) for _, file in modules_of(self._src)}
            contents = {path: _content(path) for path in paths if path.suffix == ".py"}
            if still():
                for path, content in contents.items():
                    self._write(self._folder / "src" / path.relative_to(self._src), content)
                self._changed = set()

    def _write(self, copy: Path, content: bytes | None) -> None:
        if content is None:
            copy.unlink(missing_ok=True)
        else:
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)


def _content(path: Path) -> bytes | None:
    with contextlib.suppress(OSError):
        return path.read_bytes()
    return None
