"""The smoke test after a deployment: does the release that was deployed answer, and read its table?"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

import humanize

from errors import PoloError
from tooling.deploy.deployed_functions import get
from tooling.local.http_status import status_of
from tooling.local.target import Target

LONGEST = 60.0  # seconds: an API that has just been made answers after a while
PAUSE = 2.0
HEALTHY, STALE = 200, 503


@dataclass(frozen=True)
class Verdict:
    """failed: why this release must not stay; empty when it is well. notes: what was seen."""

    failed: str = ""
    notes: tuple[str, ...] = ()


def smoke(
    target: Target,
    url: str,
    release: str,
    *,
    ask: Callable[[str], int] | None = None,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Verdict:
    """Ask until the release answers well, or a minute is over.

    url: of the API; /health is open to all. What is behind ALLOWED_CIDRS is asked of the function itself.
    """
    deadline = clock() + LONGEST
    while True:
        verdict = _look(target, url, release, ask or status_of)
        if not verdict.failed or clock() > deadline:
            return verdict
        sleep(PAUSE)


def _look(target: Target, url: str, release: str, ask: Callable[[str], int]) -> Verdict:
    try:
        outside = ask(f"{url}health")
        inside, body = get(target, "/api/health")
    except (PoloError, OSError, http.client.HTTPException) as error:
        return Verdict(str(error))
    try:
        health = json.loads(body)
        runs, table, age = (health[name] for name in ("release", "table", "age_seconds"))
    except (ValueError, KeyError, TypeError):
        return Verdict(f"/api/health answers {inside} and no JSON")
    old = (
        "no data yet"
        if age is None
        else f"data {humanize.precisedelta(age, minimum_unit='minutes', format='%d')} old"
    )
    notes = (f"release {runs}, table {table}, {old}",)
    if runs != release:
        return Verdict(f"release {runs} answers, not {release}", notes)
    if table != "ok":
        return Verdict(f"the table is {table}", notes)
    # old data is no fault of this release: an environment may have been asleep
    if outside not in (HEALTHY, STALE) or (outside == STALE and health["status"] == "ok"):
        return Verdict(f"{url}health answers {outside}", notes)
    return Verdict(notes=notes)
