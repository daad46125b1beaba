"""The data file of the demo estate for a server that runs for days."""

from __future__ import annotations

import threading
from pathlib import Path

from tooling.demo.today import NAME, demo_of_today

HOUR = 3600.0


class DemoFile:
    """Called, it answers the file of demo_of_today, and moves it again every `pause` seconds from then on."""

    def __init__(self, root: Path, cache: Path, pause: float = HOUR) -> None:
        self._root, self._cache, self._pause = root, cache, pause
        self._file: Path | None = None
        self._version = 0
        self._again = threading.Event()  # never set: only waited for

    def __call__(self) -> Path:
        """The same one, until the committed estate is another."""
        source = self._root / NAME
        version = source.stat().st_mtime_ns if source.exists() else 0
        if self._file is None:
            threading.Thread(target=self._keep_up, name="demo", daemon=True).start()
        if self._file is None or version != self._version:
            self._file, self._version = demo_of_today(self._root, self._cache), version
        return self._file

    def _keep_up(self) -> None:
        while not self._again.wait(self._pause):
            demo_of_today(self._root, self._cache)
