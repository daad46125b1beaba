"""The page of costs with 13 months x 200 accounts x 40 services. Yardstick: the same bytes as a file."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

from common import ROOT, free_port, get, p50, polo, server, sized, table

sys.path[:0] = [str(ROOT), str(ROOT / "src")]
from services.costs.dates import days_between, months_before  # noqa: E402
from services.costs.local_store import LocalCostStore  # noqa: E402
from services.costs.writer import write_costs  # noqa: E402
from services.models.domain.costs import PeriodCosts  # noqa: E402
from tooling.demo.demo import write_demo  # noqa: E402

ACCOUNTS = [f"{number:012d}" for number in range(sized(200, 8))]
SERVICES = [f"Amazon Service {number}" for number in range(sized(40, 8))]
REGIONS = [f"eu-west-{number}" for number in range(17)]
OWNERS = [f"team-{number}" for number in range(50)]
TAKEN = "2026-11-20T04:15:00Z"
PAGES = (
    "/costs",
    "/costs?by=service",
    "/costs?by=owner",
    "/costs?by=service&account=000000000007",
    "/costs?by=account&service=Amazon+Service+7",
    "/costs?from=2026-11-01&to=2026-11-19",
    "/",
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "estate.json"
        write_demo(file, 500)
        store = LocalCostStore(file.with_name("local_costs.json"), Path(folder) / "requests.json")
        store.keep(periods())
        build(store, Path(folder) / "built.sqlite")
        serve(folder, file)


def periods() -> Iterator[PeriodCosts]:
    """Twelve months, and the days of the last and of this one."""
    days = days_between(date(2026, 10, 1), date(2026, 11, 19))
    for period in (*months_before("2026-11", 12), *days):
        random = Random(period)  # noqa: S311
        cuts = {
            "services": {(a, s): _amount(random) for a in ACCOUNTS for s in SERVICES},
            "regions": {(a, r): _amount(random) for a in ACCOUNTS for r in REGIONS},
            "owners": {(o, s): _amount(random) for o in OWNERS for s in SERVICES},
        }
        total = sum(cuts["services"].values(), Decimal(10))
        yield PeriodCosts(period, "unblended", TAKEN, total, cuts)


def build(store: LocalCostStore, path: Path) -> None:
    kept = store.kept()
    started = time.perf_counter()
    write_costs(path, store)
    seconds = time.perf_counter() - started
    groups = sum(each.rows for each in kept.values())
    size = path.stat().st_size / 1e6
    print(f"read model of {len(kept)} periods, {groups:,} groups: {seconds:.1f} s, {size:.0f} MB")


def serve(folder: str, file: Path) -> None:
    port = free_port()
    with server(polo(port), port, LOCAL_DATA_PATH=str(file), CACHE_PATH=folder):
        assert len(json.loads(get(port, "/api/costs"))["rows"]) == len(ACCOUNTS) + 1
        page = Path(folder) / "page.html"
        page.write_bytes(get(port, "/costs"))
        other = free_port()
        static = [sys.executable, "-m", "http.server", str(other), "--bind", "127.0.0.1", "-d", folder]
        with server(static, other):
            name = f"the same {page.stat().st_size / 1000:.0f} kB as a file"
            rows = [(name, p50(lambda: get(other, "/page.html")), "ms")]
        rows += [(path, p50(lambda path=path: get(port, path)), "ms") for path in PAGES]
        table("13 months x 200 accounts x 40 services: p50 (target 20 ms)", rows, name)


def _amount(random: Random) -> Decimal:
    return Decimal(random.randrange(1, 10**12)).scaleb(-9)


if __name__ == "__main__":
    main()
