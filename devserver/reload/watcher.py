"""Tells of changed files: below src, and beside it what decides how src runs."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from devserver.reload.changes import BESIDE
from devserver.reload.inotify import Inotify

Changes = Iterator[frozenset[Path]]


class Watcher:
    """Calls `changed` with the paths of each burst of changes, from a thread of its own.

    Watched are `root`/src with all below, and the files of `root` and `root`/data themselves.
    """

    def __init__(self, root: Path, changed: Callable[[frozenset[Path]], None]) -> None:
        self._root = root
        self._changed = changed
        self._stop = threading.Event()
        self._end, self._ended = os.pipe()
        self._inotify = _inotify(root)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        os.close(self._ended)
        self._thread.join(1)
        os.close(self._end)

    def _run(self) -> None:
        bursts = self._inotify.changes(self._end) if self._inotify else self._by_watchfiles()
        for burst in bursts:
            self._changed(burst)

    def _by_watchfiles(self) -> Changes:
        from watchfiles import watch  # slow to import; the environment starts meanwhile

        beside = (self._root / name for name in ("data", *BESIDE))
        bursts = watch(
            self._root / "src",
            *(path for path in beside if path.exists()),
            watch_filter=None,
            debounce=10,  # ms: a write and a rename are one burst, and it is seen 2 ms later
            step=1,
            stop_event=self._stop,
            raise_interrupt=False,
        )
        for burst in bursts:
            if paths := frozenset(file for _, path in burst for file in _files(Path(path))):
                yield paths


def _inotify(root: Path) -> Inotify | None:
    try:
        return Inotify(root / "src", (root, root / "data"))
    except (OSError, AttributeError):
        return None


def _files(path: Path) -> Iterable[Path]:
    """The file itself; of a folder that came, the files it came with."""
    return (file for file in path.rglob("*") if file.is_file()) if path.is_dir() else (path,)
