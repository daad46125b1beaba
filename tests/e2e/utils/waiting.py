"""Waiting for what comes true after a while, instead of sleeping."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

PATIENCE = 60.0  # seconds that a condition may take to come true
PAUSE = 0.2
BUILD = 600.0  # seconds that another worker may build


def until(condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """What the condition answers once it is true. Fails when it is not in time."""
    deadline = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not true within {patience:.0f} s"
        time.sleep(PAUSE)
    return found


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """One process at a time; SQLite's lock, which ends with whoever holds it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file, timeout=BUILD, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield
