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


class DailySource(Protocol):
    """Where the routes get the daily values of one resource; may raise PoloError."""

    def one(self, scope: Scope, id: str) -> Daily | None: ...


@dataclass(frozen=True)
class Console:
    """environment, release: where this runs, and what. deployed: in AWS; else on somebody's machine.

    logout_url: "" for none. left_out: types that are not collected. assets: path of each static file by its
    name. clock: the time in UTC.
    """

    environment: str
    release: str
    deployed: bool
    logout_url: str
    left_out: tuple[str, ...]
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
