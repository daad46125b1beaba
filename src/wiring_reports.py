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
from wiring_cop import daily_store, finding_store, findings_of
from wiring_costs import cost_store, costs_of

if TYPE_CHECKING:
    from services.cop.desk import FindingsSource
    from services.models.base import Source
    from services.reports.report import Sources
    from services.reports.store import ReportStore

PAYER = "local_payer.json"


def reports_of(settings: Settings) -> ReportDesk:
    """What the reports' pages ask: made now over local data, deployed as lambda_report has left them."""
    return _local(settings) if settings.local else StoredReports(partial(report_store, settings))


def _local(settings: Settings) -> ReportDesk:
    store = cache(partial(report_store, settings))
    findings = cache(partial(findings_of, settings))

    def mark(everything: Everything, now: datetime) -> str:
        """Findings are made anew with whatever the estate, the costs and the rules are."""
        return f"{everything.path} {findings().current(everything, now).path}"

    def sources(everything: Everything, now: datetime) -> Sources:
        return sources_of(settings, everything, now, findings(), store(), recorded(settings.data_file))

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
    return sources(everything, now, findings, inspected, daily, store, costs_of(settings), payer)


def payer_of(settings: Settings, now: datetime) -> Callable[[], Source] | None:
    """The account that pays, as lambda_report asks it: within the day's budget. Raises SettingsError."""
    if settings.local:
        return recorded(settings.data_file)
    from services.aws import Aws
    from services.costs.core import core_source
    from services.costs.requests import Budget, Counted, most_a_day

    budget = Budget(cost_store(settings), str(now.date()), most_a_day(settings))
    return cache(lambda: Counted(core_source(settings, Aws(who="the reports")), budget))


def recorded(data_file: Path) -> Callable[[], Source] | None:
    """The account that pays for the demo estate, which stands in for missing data; None of other data."""
    file = data_file.with_name(PAYER) if data_file.exists() else ROOT / PAYER
    if not file.exists():
        return None
    from services.reports.payer import Recorded

    return partial(Recorded.of, file)


def report_store(settings: Settings) -> ReportStore:
    """Where reports are kept: beside the local data, or in the table."""
    if settings.local:
        from services.reports.local_store import LocalReportStore

        return LocalReportStore(settings.state_folder / "reports")
    from services.dynamo_table import Table
    from services.reports.dynamo_store import DynamoReportStore

    return DynamoReportStore(Table(settings.report_table))
