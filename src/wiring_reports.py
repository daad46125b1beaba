"""The wiring of reports: beside the local data, or in the table. Imported when a page or a task asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING

from services.models.all import Everything
from services.reports.desk import LocalReports, ReportDesk, StoredReports
from settings import Settings
from wiring_cop import daily_store, finding_store, findings_of

if TYPE_CHECKING:
    from services.cop.desk import FindingsSource
    from services.models.base import Source
    from services.reports.report import Sources
    from services.reports.store import ReportStore


def reports_of(settings: Settings) -> ReportDesk:
    """What the reports' pages ask: made now over local data, deployed as lambda_report has left them."""
    return _local(settings) if settings.local else StoredReports(partial(report_store, settings))


def _local(settings: Settings) -> ReportDesk:
    store = cache(partial(report_store, settings))
    findings = cache(partial(findings_of, settings))

    def mark(everything: Everything, now: datetime) -> str:
        return f"{everything.path} {findings().current(everything, now).path}"

    def sources(everything: Everything, now: datetime) -> Sources:
        return sources_of(settings, everything, now, findings(), store())

    return LocalReports(store, sources, mark)


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
    return sources(everything, now, findings, inspected, daily, store, payer)


def report_store(settings: Settings) -> ReportStore:
    """Where reports are kept: beside the local data, or in the table."""
    if settings.local:
        from services.reports.local_store import LocalReportStore

        return LocalReportStore(settings.state_folder / "reports")
    from services.dynamo_table import Table
    from services.reports.dynamo_store import DynamoReportStore

    return DynamoReportStore(Table(settings.report_table))
