"""Tailwind beside the server: rebuilds the style sheet when the views change, and ends with the server."""

from __future__ import annotations

import subprocess
import threading

from devserver.options import Options


class Styles:
    """A process that is started once there is time for it; none where there are no styles to build."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def start(self) -> None:
        if self._options.styles and (self._options.root / "src/static/css/main.css").exists():
            threading.Thread(target=self._start, daemon=True).start()

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()
                self._process.wait()

    def _start(self) -> None:
        from tooling import styles

        root = self._options.root
        command = [*styles.command(root, root / styles.TARGET), "--watch"]
        (root / styles.TARGET).parent.mkdir(parents=True, exist_ok=True)
        with self._lock:
            if not self._stopped:  # it ends with its stdin, so even if we are killed
                self._process = subprocess.Popen(
                    command,
                    cwd=root,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
