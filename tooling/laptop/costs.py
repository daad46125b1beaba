"""`inv costs`: bring the local costs up to date from Cost Explorer."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from errors import PoloError
from services.models.kit.base import Source
from settings import ROOT, Settings
from tooling.data_folder import backend_in
from tooling.laptop.costs_plan import plan_lines
from tooling.laptop.payer import payer_source
from tooling.local.target import check_profile


def costs(
    profile: str = "",
    *,
    dry_run: bool = False,
    data_dir: Path = ROOT / "data",
    settings: Settings | None = None,
    source: Source | None = None,
    now: datetime | None = None,
    out: TextIO | None = None,
) -> int:
    """Collect, and say what was asked; answer the exit code. source: in place of AWS.

    dry_run: say what would be asked, and what it costs; nothing is asked or written.
    """
    backend, now = backend_in(data_dir, settings), now or datetime.now(UTC)
    try:
        if dry_run:
            check_profile(profile)
            for line in plan_lines(backend, now):
                print(line, file=out)
            return 0
        done = backend.breakdown(source or payer_source(profile, backend)).collect(now)
    except PoloError as error:
        print(error, file=sys.stderr)
        return 1
    spent = f"{done.requests} requests, ${done.requests / 100:.2f}"
    print(f"{done.periods} days and months, {spent}: {backend.cost_store().path}", file=out)
    if done.resources:
        print(f"costs of resources: {done.resources}, which the next inv sync shows", file=out)
    for told in filter(None, (done.stopped, done.untold)):
        print(told, file=out)
    return 0
