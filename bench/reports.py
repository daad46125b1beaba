"""Every report over 100,000 resources, one core. Yardstick: to decode the same documents, in the same run."""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from common import ROOT, sized, table

sys.path[:0] = [str(ROOT), str(ROOT / "src")]


from services.models.domain.report import Report  # noqa: E402
from services.reports.registry import REPORTERS  # noqa: E402
from services.reports.run import attempt  # noqa: E402
from tooling.data_folder import backend_in  # noqa: E402
from tooling.demo.demo import write_beside, write_demo  # noqa: E402
from tooling.laptop.cop import local_estate  # noqa: E402

RESOURCES = sized(100_000, 500)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, file = Path(name), Path(name) / "local_data.json"
        estate = write_demo(file, RESOURCES)
        write_beside(file, estate)
        del estate
        backend, now = backend_in(folder), datetime.now(UTC)
        everything, findings = local_estate(backend), backend.findings()
        findings.current(everything, now)  # an inspection is Cloud Cop's time, see bench/cop.py
        store, payer = backend.report_store(), backend.payer(now)
        known = backend.sources(everything, now, store, payer, findings)
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
