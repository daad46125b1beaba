"""`inv zip`: no change, code only, a view, dependencies. Yardstick: `inv --list` of the same run.

Processor time beside the clock's: where others are at work, a second process waits for them, too.

On a copy of the checkout, so that its zip and its cache stay as they are.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from common import ROOT, table

ROUNDS = 7
COPIED = ("src", "tooling", "tasks.py", "requirements.dev.txt")
YARDSTICK = "inv --list"
CODE, VIEW = "src/services/collect/plan.py", "src/views/estate/home.py"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in COPIED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, root / name)
        edits: dict[str, Callable[[int], None]] = {
            YARDSTICK: lambda number: None,
            "inv zip, no change": lambda number: None,
            "inv zip, code only": lambda number: _add(root / CODE, number),
            "inv zip, a view (and so the style sheet)": lambda number: _add(root / VIEW, number),
            "inv zip, dependencies (uv's cache warm)": lambda number: _add(
                root / "src/requirements.txt", number
            ),
        }
        _invoke(root, "zip")
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in edits}
        for number in range(ROUNDS):
            for name, edit in edits.items():
                edit(number)
                taken[name].append(_invoke(root, "--list" if name == YARDSTICK else "zip"))
    for title, by in (("by the clock", 0), ("of processor", 1)):
        rows = [(name, min(both[by] for both in found) * 1000, "ms") for name, found in taken.items()]
        table(f"Time {title} (minimum of 7; targets 1.25x, 1.5x and 2,500 ms)", rows, YARDSTICK)


def _add(file: Path, number: int) -> None:
    with file.open("a") as opened:
        opened.write(f"# change {number}\n")


def _invoke(root: Path, task: str) -> tuple[float, float]:
    """Seconds by the clock, and of processor time, its children's included."""
    command = [sys.executable, "-m", "invoke", "--search-root", str(root), task]
    before, started = _processor(), time.perf_counter()
    subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started, _processor() - before


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
