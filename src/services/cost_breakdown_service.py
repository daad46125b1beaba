"""CostBreakdownService: each night, what the last days cost, and once what is missing; within a budget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from errors import SettingsError
from services.costs.explorer import BudgetSpent, CostExplorer
from services.costs.plan import FEW, missing, outdated, restated, stretches
from services.costs.store import CostStore
from services.models.base import Source
from services.models.costs import METRICS, Metric
from settings import Settings


@dataclass(frozen=True)
class Collected:
    """periods: days and months that were asked for and kept. requests: sent by this run, each $0.01.

    stopped: why the rest waits for the next run, "" if nothing does.
    """

    periods: int
    requests: int
    stopped: str = ""


class CostBreakdownService:
    """Brings a CostStore up to date from Cost Explorer.

    metric: what an amount is, for bills or with reservations spread over their term. tag: whose values are
    owners. most: requests a day, over all runs.
    """

    def __init__(self, source: Source, store: CostStore, metric: Metric, tag: str, most: int) -> None:
        self.store = store
        self.most = most
        self._source, self._metric, self._tag = source, metric, tag

    def collect(self, now: datetime) -> Collected:
        """Ask for the last days, then for the outlook, then for what is missing, newest first.

        What was kept stays kept when a later request fails. Raises PoloError.
        """
        run = _Run(self, str(now.date()))
        explorer = CostExplorer(self._source, self._metric, self._tag, run.spend)
        today, known, stopped = now.date(), self.store.kept(), ""
        try:
            run.keep(explorer, restated(today), now)
            large = run.requests > FEW
            self.store.keep_outlook(explorer.outlook(now))
            for stretch in stretches(missing(today, known, self._metric), large=large):
                run.keep(explorer, stretch, now)
        except BudgetSpent as error:
            stopped = str(error)
        self.store.keep((), outdated(today, known))
        return Collected(run.periods, run.requests, stopped)


@dataclass
class _Run:
    service: CostBreakdownService
    day: str
    requests: int = 0
    periods: int = 0

    def spend(self) -> None:
        """Count a request before it is sent. Raises BudgetSpent."""
        most = self.service.most
        if not self.service.store.spend(self.day, most):
            raise BudgetSpent(
                f"the {most} requests of {self.day} are spent",
                "the next day goes on; or raise CE_MAX_REQUESTS_PER_DAY",
            )
        self.requests += 1

    def keep(self, explorer: CostExplorer, periods: tuple[str, ...], now: datetime) -> None:
        found = list(explorer.costs(periods, now))
        self.service.store.keep(found)
        self.periods += len(found)


def breakdown_of(settings: Settings, source: Source, store: CostStore) -> CostBreakdownService:
    """The service that the settings describe. Raises SettingsError."""
    given = settings.ce_max_requests_per_day
    if not (given.isascii() and given.isdigit()):
        raise SettingsError(f"CE_MAX_REQUESTS_PER_DAY is {given!r}", "a whole number, such as 60")
    return CostBreakdownService(
        source, store, metric_of(settings.ce_metric), settings.ce_owner_tag, int(given)
    )


def metric_of(name: str) -> Metric:
    """The metric of that name. Raises SettingsError."""
    for metric in METRICS:
        if metric == name:
            return metric
    raise SettingsError(f"CE_METRIC is {name!r}", f"one of {', '.join(METRICS)}")
