"""Sources: what reports are made of, put together from what Polo has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from services.cop.judge.daily_values import DailyValues
from services.cop.judge.facts import NotKnown
from services.cop.patrol.desk import FindingsSource
from services.cop.store.findings import Findings
from services.costs.source import CostsSource
from services.daily_store import DailyStore
from services.models.all import Everything
from services.models.domain.daily import DAY
from services.models.kit.base import Source
from services.reports.report import EVERY_TYPE, Sources, nobody_pays
from services.reports.store import ReportStore


def sources(
    everything: Everything,
    now: datetime,
    findings: FindingsSource,
    inspected: Callable[[], bool],
    daily: DailyStore,
    reports: ReportStore,
    costs: CostsSource,
    payer: Callable[[], Source] | None = None,
) -> Sources:
    """inspected: whether the findings are those of an inspection at all."""

    def found() -> Findings:
        made.collected(*EVERY_TYPE)
        if not inspected():
            raise NotKnown("Cloud Cop has not inspected the estate yet")
        return findings.current(everything, now)

    values = DailyValues(daily, now.date() - DAY)
    made = Sources(now, everything, found, values, reports.report, payer or nobody_pays, costs.current)
    return made
