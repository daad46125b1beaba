"""Every report over 100,000 resources, one core. Yardstick: to decode the same documents, in the same run."""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from common import ROOT, table

sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from services.cop.patrol.local_findings import LocalFindings  # noqa: E402
from services.cop.store.local import LocalFindingStore  # noqa: E402
from services.local_data_service import LocalDataService  # noqa: E402
from services.models.domain.report import Report  # noqa: E402
from services.reports.local_store import LocalReportStore  # noqa: E402
from services.reports.payer import Recorded  # noqa: E402
from services.reports.registry import REPORTERS  # noqa: E402
from services.reports.run import attempt  # noqa: E402
from services.reports.sources import sources  # noqa: E402
from tooling.data_folder import settings_of  # noqa: E402
from tooling.demo.demo import write_beside, write_demo  # noqa: E402
from tooling.laptop.cop import local_estate  # noqa: E402
from wiring.cop import world_of  # noqa: E402
from wiring.costs import costs_of  # noqa: E402

RESOURCES = 100_000


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, file = Path(name), Path(name) / "local_data.json"
        estate = write_demo(file, RESOURCES)
        write_beside(file, estate)
        del estate
        everything, now = local_estate(folder), datetime.now(UTC)
        findings = LocalFindings(
            LocalFindingStore(folder), folder / ".cache", world_of(settings_of(folder)), folder / "none"
        )
        findings.current(everything, now)  # an inspection is Cloud Cop's time, see bench/cop.py
        store, daily = LocalReportStore(folder / "reports"), LocalDataService(file).daily
        payer = Recorded.of(folder / "local_payer.json")
        known = sources(
            everything,
            now,
            findings,
            lambda: True,
            daily,
            store,
            costs_of(settings_of(folder)),
            lambda: payer,
        )
        started = time.process_time()
        decoded = sum(1 for head in everything.heads() for _ in everything.documents(head.scope))
        yardstick = f"decoding {decoded:,} documents"
        rows = [(yardstick, time.process_time() - started, "s")]
        for reporter in REPORTERS.values():
            started = time.process_time()
            made = attempt(reporter, known)
            assert isinstance(made, Report), made
            rows.append((f"{reporter.name}, {len(made.rows):,} rows", time.process_time() - started, "s"))
        rows.append(("all reports", sum(seconds for _, seconds, _ in rows[1:]), "s"))
        table(f"{len(REPORTERS)} reports over {RESOURCES:,} resources, one core", rows, yardstick)


if __name__ == "__main__":
    main()
