"""Makes findings, reports and costs of a large local estate, in a process of its own (see read/builds.py)."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

from services.models.all import Everything
from services.read.builds import Builder, Note, at_work, say
from settings import Settings
from wiring.cop import local_findings
from wiring.costs import costs_of
from wiring.reports import local_reports


def builder(kind: str, settings: Settings) -> Builder:
    """Makes files of this kind for the pages of a console with these settings."""
    given = settings.local_data_path, settings.cache_path
    return Builder(kind, __name__, given, settings.patience_seconds, say)


def _findings(settings: Settings, target: Path, everything: str, now: str) -> None:
    local_findings(settings).make(target, Everything(Path(everything)), datetime.fromisoformat(now))


def _reports(settings: Settings, target: Path, everything: str, now: str) -> None:
    local_reports(settings).make(target, Everything(Path(everything)), datetime.fromisoformat(now))


def _costs(settings: Settings, target: Path) -> None:
    costs_of(settings).make(target)


MAKERS: Mapping[str, Callable[..., None]] = {"findings": _findings, "reports": _reports, "costs": _costs}


def main(kind: str, target: str, data: str, cache: str, *arguments: str) -> int:
    """data, cache: LOCAL_DATA_PATH and CACHE_PATH of who asks. Answers the exit code."""
    gc.disable()  # a short life with few cycles
    settings = Settings(use_local_data="true", local_data_path=data, cache_path=cache)
    make = partial(MAKERS[kind], settings, Path(target), *arguments)

    def noted(_: Note) -> None:
        make()

    return at_work(Path(target), kind, noted)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
