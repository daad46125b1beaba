"""`inv costs`: bring the local costs up to date from Cost Explorer."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from errors import PoloError
from services.aws import Aws, profiles
from services.cost_breakdown_service import breakdown_of
from services.costs.core import core_source
from services.costs.local_store import LocalCostStore
from services.models.base import Source
from services.models.scope import GLOBAL
from settings import ROOT, Settings


def costs(
    profile: str = "",
    *,
    data_dir: Path = ROOT / "data",
    settings: Settings | None = None,
    source: Source | None = None,
    now: datetime | None = None,
    out: TextIO | None = None,
) -> int:
    """Collect, and say what was asked; answer the exit code. source: in place of AWS."""
    settings, now = settings or Settings.from_environment(), now or datetime.now(UTC)
    store = LocalCostStore(data_dir / "local_costs.json", data_dir / "cost_requests.json")
    try:
        done = breakdown_of(settings, source or _source(profile, settings), store).collect(now)
    except PoloError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"can't write {error.filename or data_dir}: {error.strerror}", file=sys.stderr)
        return 1
    spent = f"{done.requests} requests, ${done.requests / 100:.2f}"
    print(f"{done.periods} days and months, {spent}: {store.path}", file=out)
    if done.stopped:
        print(done.stopped, file=out)
    return 0


def _source(profile: str, settings: Settings) -> Source:
    """The given profile's account; else the role in the account that pays; else the first profile's."""
    if profile:
        return Aws(profile).source(GLOBAL)
    if settings.core_role_arn or settings.core_account_id:
        return core_source(settings, Aws())
    return Aws(next(iter(profiles()), "")).source(GLOBAL)
