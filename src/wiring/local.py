"""LocalBackend: the services over files on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from services.collect.again_local import LocalCollector
from services.costs.source import StoredCosts
from services.models.all import Everything
from services.read.builds import FOREVER, Builder, say
from services.read.estate_source import EstateSource
from services.read.history import EstateHistory
from services.read.read_model import ReadModel
from services.reports.desk import LocalReports
from settings import ROOT
from wiring.estate import read_model_of
from wiring.services import Backend

if TYPE_CHECKING:
    from services.cop.patrol.local_findings import LocalFindings
    from services.cop.store.local import LocalFindingStore
    from services.costs.local_store import LocalCostStore
    from services.local_data_service import LocalDataService
    from services.models.kit.base import Source
    from services.reports.local_store import LocalReportStore
    from services.reports.report import Sources
    from services.store.local_daily import LocalDaily

COSTS, REQUESTS = "local_costs.json", "cost_requests.json"
PAYER = "local_payer.json"
BUILDS = "wiring.builds"  # the module that makes what is large


@dataclass(frozen=True, eq=False)
class LocalBackend(Backend):
    """The file of LOCAL_DATA_PATH and what stands beside it; while there is no data, the demo's is shown."""

    deployed: ClassVar[bool] = False

    def data_service(self, now: Callable[[], float] = time.time) -> LocalDataService:
        """now: seconds since 1970."""
        from services.local_data_service import LocalDataService

        return LocalDataService(self.settings.data_file, now)

    def estate(self) -> ReadModel:
        return read_model_of(self.settings, self.patience)

    def history(self, estate: EstateSource) -> EstateHistory:
        """In Everything itself."""
        return EstateHistory(estate)

    def collector(self, estate: EstateSource) -> LocalCollector:
        """A process of this machine."""
        return LocalCollector(self.settings.data_file, estate, ROOT)

    def daily_store(self) -> LocalDaily:
        from services.store.local_daily import NAME, LocalDaily

        return LocalDaily(self.settings.data_file.with_name(NAME), fallback=ROOT / NAME)

    def finding_store(self) -> LocalFindingStore:
        from services.cop.store.local import LocalFindingStore

        return LocalFindingStore(self.settings.state_folder)

    def findings(self) -> LocalFindings:
        """Judged anew when anything that they depend on has changed."""
        from services.cop.patrol.local_findings import LocalFindings
        from services.store.local_daily import NAME

        beside = self.costs_file(), self.settings.data_file.with_name(NAME), ROOT / NAME
        store, cache_folder = self.finding_store(), self.settings.cache_folder
        return LocalFindings(store, cache_folder, self.world, *beside, builder=self._builder("findings"))

    def cost_store(self) -> LocalCostStore:
        """Beside the data, whatever is shown: what is asked never lands in the demo."""
        return self._cost_store(self.settings.data_file.with_name(COSTS))

    def costs(self) -> StoredCosts:
        return self._costs(self._builder("costs"))

    def costs_for_rules(self) -> StoredCosts:
        return self._costs(None)

    def costs_file(self) -> Path:
        """What is shown: the costs beside the data; the demo's while there is neither."""
        own = self.settings.data_file.with_name(COSTS)
        return own if own.exists() or self.settings.data_file.exists() else ROOT / COSTS

    def report_store(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> LocalReportStore:
        from services.reports.local_store import LocalReportStore

        return LocalReportStore(self.settings.state_folder / "reports", now)

    def reports(self) -> LocalReports:
        """Made when a page asks."""
        store, findings = cache(self.report_store), cache(self.findings)

        def mark(everything: Everything, now: datetime) -> str:
            """Findings are made anew with whatever the estate, the costs and the rules are."""
            return f"{everything.path} {findings().current(everything, now).path} {_stamp(self.payer_file())}"

        def sources(everything: Everything, now: datetime) -> Sources:
            return self.sources(everything, now, store(), self.payer(now), findings())

        return LocalReports(store, sources, mark, self.settings.cache_folder, self._builder("reports"))

    def payer(self, now: datetime) -> Callable[[], Source] | None:
        """As it is recorded for the demo estate, which stands in for missing data; None of other data."""
        file = self.payer_file()
        if not file.exists():
            return None
        from services.reports.payer import Recorded

        return partial(Recorded.of, file)

    def payer_file(self) -> Path:
        """Where the answers of the account that pays are recorded; the demo's while there is no data."""
        data_file = self.settings.data_file
        return data_file.with_name(PAYER) if data_file.exists() else ROOT / PAYER

    def inspected(self) -> bool:
        """Whoever asks has them judged."""
        return True

    def shows_demo_costs(self) -> bool:
        return self.costs_file().parent == ROOT

    def _costs(self, builder: Builder | None) -> StoredCosts:
        def shown() -> LocalCostStore:
            return self._cost_store(self.costs_file())

        return StoredCosts(shown, self.settings.cache_folder, builder=builder, poll=0.0)

    def _cost_store(self, file: Path) -> LocalCostStore:
        from services.costs.local_store import LocalCostStore

        return LocalCostStore(file, self.settings.state_folder / REQUESTS)

    def _builder(self, kind: str) -> Builder | None:
        """Makes files of this kind beside the pages of a large estate; None where nobody waits."""
        if self.patience == FOREVER:
            return None
        given = self.settings.local_data_path, self.settings.cache_path
        return Builder(kind, BUILDS, given, self.patience, say)


def _stamp(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except FileNotFoundError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
