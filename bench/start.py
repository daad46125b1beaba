"""Start to first byte of `inv run` with the demo estate. Yardstick: plain Flask's own start."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import free_port, polo, server, sized, table

FLASK = "import flask,sys\napp=flask.Flask('x')\napp.get('/')(lambda:'x')\napp.run(port=int(sys.argv[1]))"
ROUNDS = sized(7, 1)


def main() -> None:
    polo_seconds, flask_seconds, python_seconds = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "plain.py"
        script.write_text(FLASK)
        for _ in range(ROUNDS):
            port = free_port()
            with server(polo(port, "--demo"), port) as (_, seconds):
                polo_seconds.append(seconds)
            port = free_port()
            with server([sys.executable, str(script), str(port)], port) as (_, seconds):
                flask_seconds.append(seconds)
            started = time.perf_counter()
            subprocess.run([sys.executable, "-c", "pass"], check=True)
            python_seconds.append(time.perf_counter() - started)
    rows = [
        ("plain Flask, start to first byte", min(flask_seconds) * 1000, "ms"),
        ("bare Python, start to end", min(python_seconds) * 1000, "ms"),
        ("inv run, start to first byte", min(polo_seconds) * 1000, "ms"),
        ("inv run, median of runs", sorted(polo_seconds)[ROUNDS // 2] * 1000, "ms"),
    ]
    table("Start (minimum of 7, warm; target 600 ms)", rows, "plain Flask, start to first byte")


if __name__ == "__main__":
    main()
