"""Tells of changed files below a folder."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path


class Watcher:
    """Calls `changed` with the paths of each burst of changes, from a thread of its own."""

    def __init__(self, folder: Path, changed: Callable[[frozenset[Path]], None]) -> None:
        self._folder = folder
        self._changed = changed
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        from watchfiles import watch  # slow to import; the worker starts meanwhile

        # ms: an editor's write + rename is one burst, and a save is seen 2 ms later
        bursts = watch(
            self._folder, watch_filter=None, debounce=10, step=1, stop_event=self._stop, raise_interrupt=False
        )
        for burst in bursts:
            if paths := frozenset(file for _, path in burst for file in _files(Path(path))):
                self._changed(paths)


def _files(path: Path) -> Iterable[Path]:
    """The file itself; of a folder that came, the files it came with."""
    return (file for file in path.rglob("*") if file.is_file()) if path.is_dir() else (path,)
