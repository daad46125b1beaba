"""CostStore: where costs are kept, a period at a time. One conformance suite runs against every one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any, Protocol

from services.models.domain.costs import Anomaly, Outlook, PeriodCosts, ResourceCosts, Spent
from services.store.changes import digest
from services.store.typed import amount, typed

SCHEMA = 1
Document = dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """What is known of a period without reading it. rows: groups in all cuts."""

    version: str
    metric: str
    taken: str
    rows: int


class CostStore(Protocol):
    """A period is replaced as a whole. Every method raises PoloError when the store can't be used."""

    def mark(self) -> str:
        """Changes with whatever is kept but the requests; "" for nothing. Cheap."""
        ...

    def kept(self) -> Mapping[str, Kept]:
        """Period -> what is kept of it, oldest first within days and within months."""
        ...

    def costs(self, period: str) -> PeriodCosts | None:
        """None when there is none."""
        ...

    def keep(self, costs: Iterable[PeriodCosts], forgotten: Iterable[str] = ()) -> None:
        """Put these in place of what their periods had, and forget these other periods."""
        ...

    def outlook(self) -> Outlook | None: ...

    def keep_outlook(self, outlook: Outlook) -> None: ...

    def resources(self, account: str) -> ResourceCosts | None:
        """What single resources of the account cost; None while nobody told."""
        ...

    def keep_resources(self, costs: Iterable[ResourceCosts]) -> None:
        """Put these in place of what their accounts had."""
        ...

    def spend(self, day: str, most: int) -> bool:
        """Count one request of a day; False, and nothing is counted, when there have been `most`."""
        ...

    def spent(self, day: str) -> Spent: ...


def documents(costs: PeriodCosts) -> list[Document]:
    """A period as JSON: a document for each first key of each cut; money as text."""
    grouped: dict[tuple[str, str], dict[str, str]] = {}
    for cut, groups in costs.cuts.items():
        for (first, second), cost in groups.items():
            grouped.setdefault((cut, first), {})[second] = str(cost)
    head = {"period": costs.period, "metric": costs.metric, "taken": costs.taken, "total": str(costs.total)}
    return [head, *({"cut": cut, "key": key, "costs": found} for (cut, key), found in grouped.items())]


def costs_of(documents: Iterable[Document]) -> PeriodCosts:
    """The reverse. Raises KeyError or ValueError for what is none."""
    head, *rest = documents
    cuts: dict[str, dict[tuple[str, str], Decimal]] = {}
    for each in rest:
        first = typed(str, each["key"])
        groups = cuts.setdefault(each["cut"], {})
        groups |= {(first, key): amount(cost) for key, cost in each["costs"].items()}
    amount(head["total"])
    return replace(typed(PeriodCosts, {**head, "cuts": {}}), cuts=cuts)


def resource_documents(costs: ResourceCosts) -> list[Document]:
    """An account's resources as JSON: a document for each service; money as text."""
    head = {"account": costs.account, "metric": costs.metric, "first": costs.first, "end": costs.end}
    services = (
        {"service": service, "costs": {id: str(cost) for id, cost in found.items()}}
        for service, found in costs.costs.items()
    )
    return [head, *services]


def resources_of(documents: Iterable[Document]) -> ResourceCosts:
    """The reverse. Raises KeyError or ValueError for what is none."""
    head, *services = documents
    costs = {each["service"]: {id: amount(cost) for id, cost in each["costs"].items()} for each in services}
    return replace(typed(ResourceCosts, {**head, "costs": {}}), costs=costs)


def kept_of(costs: PeriodCosts) -> Kept:
    """The version tells the figures, not when they were taken."""
    figures = [
        f"{cut}/{group}/{cost}" for cut, groups in costs.cuts.items() for group, cost in groups.items()
    ]
    version = digest([costs.metric, str(costs.total), *sorted(figures)])
    return Kept(version, costs.metric, costs.taken, len(figures))


def outlook_document(outlook: Outlook) -> Document:
    found = asdict(outlook) | {"names": dict(outlook.names)}
    found["forecast"] = None if outlook.forecast is None else str(outlook.forecast)
    for each in found["anomalies"] or ():
        each["impact"] = str(each["impact"])
        each["expected"] = None if each["expected"] is None else str(each["expected"])
    return found


def outlook_of(document: Document) -> Outlook:
    """The reverse. Raises ValueError or ArithmeticError for what is none."""
    found = typed(Outlook, document)
    for each in (found.forecast, *_amounts(found.anomalies or ())):
        if each is not None:
            amount(str(each))
    return found


def _amounts(anomalies: Iterable[Anomaly]) -> Iterator[Decimal | None]:
    for each in anomalies:
        yield from (each.impact, each.expected)
