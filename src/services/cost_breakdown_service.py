"""CostBreakdownService: each night, what the last days cost, and once what is missing; within a budget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from errors import SettingsError
from services.costs.explorer import CostExplorer
from services.costs.plan import FEW, missing, outdated, restated, stretches
from services.costs.requests import Budget, BudgetSpent, Counted, most_a_day
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
        budget = Budget(self.store, str(now.date()), self.most)
        explorer = CostExplorer(Counted(self._source, budget), self._metric, self._tag)
        run = _Run(self.store, explorer, now)
        today, known, stopped = now.date(), self.store.kept(), ""
        try:
            run.keep(restated(today))
            large = budget.requests > FEW
            self.store.keep_outlook(explorer.outlook(now))
            for stretch in stretches(missing(today, known, self._metric), large=large):
                run.keep(stretch)
        except BudgetSpent as error:
            stopped = str(error)
        self.store.keep((), outdated(today, known))
        return Collected(run.periods, budget.requests, stopped)


@dataclass
class _Run:
    store: CostStore
    explorer: CostExplorer
    now: datetime
    periods: int = 0

    def keep(self, periods: tuple[str, ...]) -> None:
        found = list(self.explorer.costs(periods, self.now))
        self.store.keep(found)
        self.periods += len(found)


def breakdown_of(settings: Settings, source: Source, store: CostStore) -> CostBreakdownService:
    """The service that the settings describe. Raises SettingsError."""
    metric = metric_of(settings.ce_metric)
    return CostBreakdownService(source, store, metric, settings.ce_owner_tag, most_a_day(settings))


def metric_of(name: str) -> Metric:
    """The metric of that name. Raises SettingsError."""
    for metric in METRICS:
        if metric == name:
            return metric
    raise SettingsError(f"CE_METRIC is {name!r}", f"one of {', '.join(METRICS)}")
