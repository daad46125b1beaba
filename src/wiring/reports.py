"""The wiring of reports: beside the local data, or in the table. Imported when a page or a task asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from services.models.all import Everything
from services.reports.desk import LocalReports, ReportDesk, StoredReports
from settings import ROOT, Settings
from wiring.cop import daily_store, finding_store, findings_of
from wiring.costs import cost_store, costs_of

if TYPE_CHECKING:
    from services.cop.patrol.desk import FindingsSource
    from services.models.kit.base import Source
    from services.read.builds import Builder
    from services.reports.report import Sources
    from services.reports.store import ReportStore

PAYER = "local_payer.json"


def reports_of(
    settings: Settings, builder: Builder | None = None, judges: Builder | None = None
) -> ReportDesk:
    """What the reports' pages ask: made now over local data, deployed as lambda_report has left them.

    builder, judges: make the reports, and the findings, of a large local estate beside the request.
    """
    if settings.local:
        return local_reports(settings, builder, judges)
    return StoredReports(partial(report_store, settings))


def local_reports(
    settings: Settings, builder: Builder | None = None, judges: Builder | None = None
) -> LocalReports:
    """Those of the local data."""
    store = cache(partial(report_store, settings))
    findings = cache(partial(findings_of, settings, judges))

    def mark(everything: Everything, now: datetime) -> str:
        """Findings are made anew with whatever the estate, the costs and the rules are."""
        paid = _stamp(payer_file(settings.data_file))
        return f"{everything.path} {findings().current(everything, now).path} {paid}"

    def sources(everything: Everything, now: datetime) -> Sources:
        return sources_of(settings, everything, now, findings(), store(), recorded(settings.data_file))

    return LocalReports(store, sources, mark, settings.cache_folder, builder)


def sources_of(
    settings: Settings,
    everything: Everything,
    now: datetime,
    findings: FindingsSource,
    store: ReportStore,
    payer: Callable[[], Source] | None = None,
) -> Sources:
    """What reports are made of. payer: the account that pays; None: it is not asked."""
    from services.reports.sources import sources

    def inspected() -> bool:
        return settings.local or bool(finding_store(settings).versions())

    daily = daily_store(settings)
    return sources(everything, now, findings, inspected, daily, store, costs_of(settings), payer)


def payer_of(settings: Settings, now: datetime) -> Callable[[], Source] | None:
    """The account that pays, as lambda_report asks it: within the day's budget. Raises SettingsError."""
    if settings.local:
        return recorded(settings.data_file)
    from services.cloud.aws import Aws
    from services.costs.core import core_source
    from services.costs.requests import Budget, Counted, most_a_day

    budget = Budget(cost_store(settings), str(now.date()), most_a_day(settings))
    return cache(lambda: Counted(core_source(settings, Aws(who="the reports")), budget))


def recorded(data_file: Path) -> Callable[[], Source] | None:
    """The account that pays for the demo estate, which stands in for missing data; None of other data."""
    file = payer_file(data_file)
    if not file.exists():
        return None
    from services.reports.payer import Recorded

    return partial(Recorded.of, file)


def payer_file(data_file: Path) -> Path:
    """Where the answers of the account that pays are recorded; the demo's while there is no data."""
    return data_file.with_name(PAYER) if data_file.exists() else ROOT / PAYER


def _stamp(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except FileNotFoundError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


def report_store(settings: Settings) -> ReportStore:
    """Where reports are kept: beside the local data, or in the table."""
    if settings.local:
        from services.reports.local_store import LocalReportStore

        return LocalReportStore(settings.state_folder / "reports")
    from services.reports.dynamo_store import DynamoReportStore
    from services.store.dynamo_table import Table

    return DynamoReportStore(Table(settings.report_table))
