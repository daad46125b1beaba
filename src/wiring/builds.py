"""Makes findings, reports and costs of a large local estate, in a process of its own (see read/builds.py)."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

from services.models.all import Everything
from services.read.builds import Note, at_work
from settings import Settings
from wiring.local import LocalBackend


def _findings(backend: LocalBackend, target: Path, everything: str, now: str) -> None:
    backend.findings().make(target, Everything(Path(everything)), datetime.fromisoformat(now))


def _reports(backend: LocalBackend, target: Path, everything: str, now: str) -> None:
    backend.reports().make(target, Everything(Path(everything)), datetime.fromisoformat(now))


def _costs(backend: LocalBackend, target: Path) -> None:
    backend.costs().make(target)


MAKERS: Mapping[str, Callable[..., None]] = {"findings": _findings, "reports": _reports, "costs": _costs}


def main(kind: str, target: str, data: str, cache: str, *arguments: str) -> int:
    """data, cache: LOCAL_DATA_PATH and CACHE_PATH of who asks. Answers the exit code."""
    gc.disable()  # a short life with few cycles
    backend = LocalBackend(Settings(use_local_data="true", local_data_path=data, cache_path=cache))
    make = partial(MAKERS[kind], backend, Path(target), *arguments)

    def noted(_: Note) -> None:
        make()

    return at_work(Path(target), kind, noted)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
