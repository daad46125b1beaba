"""`inv costs --dry-run`: what would be asked of Cost Explorer. Nothing is asked, and nothing kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from services.costs.local_store import LocalCostStore
from services.costs.requests import API
from services.models.domain.costs import Outlook, PeriodCosts, ResourceCosts
from services.models.kit.base import Call
from services.models.kit.scope import GLOBAL
from services.models.kit.values import Item
from wiring.local import LocalBackend

PRICE = 0.01  # USD a request: https://aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing/


def plan_lines(backend: LocalBackend, now: datetime) -> Iterator[str]:
    """What `inv costs` would ask now, by the same plan, and what that costs. Raises PoloError.

    As if each answer had one page: how many it has is known only once it is asked.
    """
    asked, store = _NothingAsked(), backend.cost_store()
    before, most = store.spent(str(now.date())).requests, backend.requests_a_day()
    done = backend.breakdown(asked, _NothingKept(store.path, store.requests)).collect(now)
    for (operation, asked_for), count in asked.questions.items():
        yield f"{count:3} x {operation}{asked_for}"
    spent = f"{done.requests} requests, ${done.requests * PRICE:.2f}"
    yield f"At least {spent}; each further page of an answer is one more"
    if services := int(backend.settings.ce_resource_services or 0):
        yield f"and for the resources of the {services} dearest services at least {services} more"
    yield f"Today {before} of {most} requests are spent (CE_MAX_REQUESTS_PER_DAY){_rest(done.stopped)}"
    yield "Nothing was asked, nothing written."


def _rest(stopped: str) -> str:
    return ": the rest waits for the next day" if stopped else ""


class _NothingAsked:
    """In the place of the account that pays: answers nothing, and remembers what it was asked."""

    region = GLOBAL

    def __init__(self) -> None:
        self.questions: Counter[tuple[str, str]] = Counter()

    def pages(self, call: Call, region: str | None = None) -> Iterable[Item]:
        return ()

    def call(
        self,
        service: str,
        operation: str,
        *,
        absent: Sequence[str] = (),
        **parameters: Any,
    ) -> Item | None:
        if service == API:
            self.questions[operation, _about(parameters)] += 1
        return None if absent else {}


def _about(parameters: dict[str, Any]) -> str:
    """ ", daily, 2026-11-06 to 2026-11-20"."""
    period = {**parameters.get("TimePeriod", {}), **parameters.get("DateInterval", {})}
    first, last = period.get("Start") or period.get("StartDate"), period.get("End") or period.get("EndDate")
    unit = f", {parameters['Granularity'].lower()}" if "Granularity" in parameters else ""
    return f"{unit}, {first} to {last}"


class _NothingKept(LocalCostStore):
    """A store as it is, which stays so."""

    _asked = 0

    def keep(self, costs: Iterable[PeriodCosts], forgotten: Iterable[str] = ()) -> None: ...

    def keep_outlook(self, outlook: Outlook) -> None: ...

    def keep_resources(self, costs: Iterable[ResourceCosts]) -> None: ...

    def spend(self, day: str, most: int) -> bool:
        if self.spent(day).requests + self._asked >= most:
            return False
        self._asked += 1
        return True
