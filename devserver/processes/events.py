"""What a supervisor hears of, and whom it tells."""

from __future__ import annotations

import queue
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from devserver.processes.environments import Environment
from devserver.reload.problem import Problem


@dataclass(frozen=True)
class Changed:
    """Files were saved."""

    paths: frozenset[Path]


@dataclass(frozen=True)
class Loaded:
    """An environment has loaded the code of a save, or could not; `version` counts the saves."""

    environment: Environment
    version: int
    problem: Problem | None = None


@dataclass(frozen=True)
class More:
    """Requests wait, and would like an environment more of a version of the pool."""

    version: int


@dataclass(frozen=True)
class Stop:
    """Somebody wants the server to end."""


Event = Changed | Loaded | More | Stop
Events = queue.SimpleQueue[Event]  # the one queue whose put() is safe in a signal handler


class Browser(Protocol):
    """The open pages."""

    def reload(self) -> None: ...
    def refresh_styles(self) -> None: ...
    def show(self, problem: Problem | None, serving: bool = False) -> None: ...
