"""Console: the services that the wiring hands to the routes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.collect.again import Collector
from services.cop.patrol.desk import Desk
from services.costs.source import CostsSource
from services.models.domain.daily import Daily
from services.models.kit.scope import Scope
from services.read.estate_source import EstateSource
from services.read.history import HistorySource
from services.releases.releases import DeploymentsSource
from services.reports.desk import ReportDesk
from settings import Settings


class DailySource(Protocol):
    """Where the routes get the daily values of one resource; may raise PoloError."""

    def one(self, scope: Scope, id: str) -> Daily | None: ...


@dataclass(frozen=True)
class Console:
    """assets: path of each static file by its name. clock: the time in UTC."""

    settings: Settings
    estate: EstateSource
    history: HistorySource
    collector: Collector
    cop: Desk
    daily: DailySource
    releases: DeploymentsSource
    costs: CostsSource
    reports: ReportDesk
    assets: Mapping[str, str]
    clock: Callable[[], datetime]
