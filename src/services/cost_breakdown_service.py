"""CostBreakdownService: each night, what the last days cost, and once what is missing; within a budget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from errors import CollectError, SettingsError
from services.costs.explorer import CostExplorer
from services.costs.plan import FEW, missing, outdated, restated, stretches
from services.costs.requests import Budget, BudgetSpent, Counted
from services.costs.resource_level import dearest, resource_costs
from services.costs.store import CostStore
from services.models.domain.costs import METRICS, Metric, PeriodCosts
from services.models.kit.base import Source


@dataclass(frozen=True)
class Collected:
    """periods: days and months that were asked for and kept. requests: sent by this run, each $0.01.

    stopped: why the rest waits for the next run, "" if nothing does. resources: of how many single resources
    the cost is known. untold: why of none, though they were asked for.
    """

    periods: int
    requests: int
    stopped: str = ""
    resources: int = 0
    untold: str = ""


class CostBreakdownService:
    """Brings a CostStore up to date from Cost Explorer.

    metric: what an amount is, for bills or with reservations spread over their term. tag: whose values are
    owners. most: requests a day, over all runs. services: so many of the dearest are asked for the cost of
    each resource.
    """

    def __init__(
        self, source: Source, store: CostStore, metric: Metric, tag: str, most: int, services: int = 0
    ) -> None:
        self.store = store
        self.most = most
        self._source, self._metric, self._tag, self._services = source, metric, tag, services

    def collect(self, now: datetime) -> Collected:
        """Ask for the last days, then for the outlook, then for what is missing, newest first; at last for
        single resources.

        What was kept stays kept when a later request fails. Raises PoloError.
        """
        budget = Budget(self.store, str(now.date()), self.most)
        source = Counted(self._source, budget)
        explorer = CostExplorer(source, self._metric, self._tag)
        run = _Run(self.store, explorer, now)
        today, known, stopped = now.date(), self.store.kept(), ""
        try:
            days = run.keep(restated(today))
            large = budget.requests > FEW
            self.store.keep_outlook(explorer.outlook(now))
            for stretch in stretches(missing(today, known, self._metric), large=large):
                run.keep(stretch)
            self._keep_resources(run, source, dearest(days, self._services))
        except BudgetSpent as error:
            stopped = str(error)
        self.store.keep((), outdated(today, known))
        return Collected(run.periods, budget.requests, stopped, run.resources, run.untold)

    def _keep_resources(self, run: _Run, source: Source, services: tuple[str, ...]) -> None:
        """An account that has not opted in is told so; its resources have their list prices."""
        try:
            found = resource_costs(source, self._metric, services, run.now.date())
        except CollectError as error:
            run.untold = f"resources have list prices, for Cost Explorer does not tell their costs: {error}"
            return
        self.store.keep_resources(found)
        run.resources = sum(len(ids) for each in found for ids in each.costs.values())


@dataclass
class _Run:
    store: CostStore
    explorer: CostExplorer
    now: datetime
    periods: int = 0
    resources: int = 0
    untold: str = ""

    def keep(self, periods: tuple[str, ...]) -> list[PeriodCosts]:
        found = list(self.explorer.costs(periods, self.now))
        self.store.keep(found)
        self.periods += len(found)
        return found


def metric_of(name: str) -> Metric:
    """The metric of that name. Raises SettingsError."""
    for metric in METRICS:
        if metric == name:
            return metric
    raise SettingsError(f"CE_METRIC is {name!r}", f"one of {', '.join(METRICS)}")
