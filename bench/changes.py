"""The page of changes over 100,000 resources and 10,000 changes. Yardstick: the list of resources."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from common import ROOT, free_port, get, p50, polo, server, sized, table

sys.path[:0] = [str(ROOT), str(ROOT / "src")]
from tooling.demo.demo import write_demo  # noqa: E402

RESOURCES, CHANGES = sized((100_000, 10_000), (500, 50))
SPAN = "from=2026-11-01&to=2026-11-20"
PAGES = (
    "/changes",
    f"/changes?{SPAN}",
    f"/changes?{SPAN}&kind=vanished&type=instances",
    f"/changes?{SPAN}&q=search-node",
    f"/changes?{SPAN}&page={sized(150, 1)}",
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "estate.json"
        write_demo(file, RESOURCES)
        port = free_port()
        with server(polo(port), port, LOCAL_DATA_PATH=str(file), CACHE_PATH=folder):
            count = json.loads(get(port, f"/api/changes?{SPAN}"))["count"]
            assert count > 0.9 * CHANGES, count
            rows = [("/resources", p50(lambda: get(port, "/resources")), "ms")]
            rows += [(page, p50(lambda page=page: get(port, page)), "ms") for page in PAGES]
            table(f"{RESOURCES:,} resources, {count:,} changes: p50 (target 25 ms)", rows, "/resources")


if __name__ == "__main__":
    main()
