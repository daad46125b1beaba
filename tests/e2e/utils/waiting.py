"""Waiting for what comes true after a while, instead of sleeping."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 60.0  # seconds that a condition may take to come true
PAUSE = 0.2


def until(condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """What the condition answers once it is true. Fails when it is not in time."""
    deadline = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not true within {patience:.0f} s"
        time.sleep(PAUSE)
    return found
