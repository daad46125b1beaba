"""Daily values of the demo estate: busy, idle and unknown resources; the same on every run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import count
from random import Random

from services.collect.metrics import DIGITS, wanted
from services.daily_store import Fetched
from services.models import RESOURCE_TYPES
from services.models.domain.daily import DAY, KEPT, Days
from services.models.kit.base import Document, Resource, ResourceType
from services.models.kit.scope import Scope
from services.store.estate import Estate
from services.store.local_daily import LocalDaily

IDLE = 22  # of 100
UNKNOWN = 13  # one in so many
# metric -> what an ordinary day has, and what a day of an idle resource has
USUAL: dict[str, tuple[float, float]] = {
    "CPUUtilization.Average": (24.0, 1.2),
    "CPUUtilization.Maximum": (61.0, 3.1),
    "NetworkIn.Sum": (6e9, 1.1e6),
    "NetworkOut.Sum": (9e9, 9e5),
    "VolumeReadOps.Sum": (180_000.0, 0.0),
    "VolumeWriteOps.Sum": (420_000.0, 0.0),
    "RequestCount.Sum": (2.4e6, 11.0),
    "NewFlowCount.Sum": (310_000.0, 4.0),
    "ActiveFlowCount.Maximum": (900.0, 1.0),
    "BytesOutToDestination.Sum": (4e9, 8_000.0),
    "BytesOutToSource.Sum": (2.1e10, 8_000.0),
    "BytesProcessed.Sum": (7e8, 0.0),  # of an idle one there is nothing, as of an idle function
    "DatabaseConnections.Maximum": (38.0, 0.0),
    "Invocations.Sum": (52_000.0, 0.0),
    "Errors.Sum": (130.0, 0.0),
    "Duration.p99": (840.0, 9.0),
    "ConsumedReadCapacityUnits.Sum": (9e6, 1_200.0),
    "ConsumedWriteCapacityUnits.Sum": (3e6, 300.0),
    "BucketSizeBytes.Average": (6e10, 2e9),
}
WHOLE = ("Sum", "Maximum")  # statistics of what is counted


def write_daily(store: LocalDaily, estate: Estate, now: datetime) -> None:
    """Write the daily values of the estate's resources up to the day before `now`."""
    store.path.unlink(missing_ok=True)
    today = now.date()
    store.keep(_fetched(estate, today), today)


def _fetched(estate: Estate, today: date) -> Iterator[Fetched]:
    numbers: dict[str, Iterator[int]] = defaultdict(count)
    for scope, documents in sorted(estate.resources.items()):
        kind = RESOURCE_TYPES[scope.type]
        if kind.has_daily and documents:
            yield Fetched(
                scope, today - DAY, dict(_of_scope(kind, documents, scope, today, numbers[scope.type]))
            )


def _of_scope(
    kind: ResourceType, documents: list[Document], scope: Scope, today: date, numbers: Iterator[int]
) -> Iterator[tuple[str, Mapping[str, Days]]]:
    for document in documents:
        resource = kind.model.from_json(document)
        random = Random(f"{scope.type}/{resource.id}")  # noqa: S311  believable, not secret
        if next(numbers) % UNKNOWN != 4:
            yield resource.id, _values(kind, resource, random, today)


def _values(kind: ResourceType, resource: Resource, random: Random, today: date) -> dict[str, Days]:
    idle, size = random.randrange(100) < IDLE, random.lognormvariate(0, 0.6)
    days = [today - back * DAY for back in range(KEPT, 0, -1) if _exists(resource, today - back * DAY)]
    if random.randrange(100) < 8:
        days = days[len(days) // 3 :]  # stopped until then
    failing = random.randrange(100) < 10
    values: dict[str, Days] = {}
    for metric in (one.metric for one in wanted(kind, [resource])):
        more = 50 if failing and metric.name == "Errors" else 1
        if not (idle and metric.sparse):  # CloudWatch has nothing of such days
            values[metric.key] = {day: _one(random, metric.key, day, idle, size * more) for day in days}
    return values | {each.key: _counter(resource, each.key, random, idle, days) for each in kind.readings}


def _exists(resource: Resource, day: date) -> bool:
    return resource.created is None or resource.created[:10] <= str(day)


def _one(random: Random, key: str, day: date, idle: bool, size: float) -> float:
    usual = USUAL[key][idle] * (1 if idle else size)
    stored = key == "BucketSizeBytes.Average"
    weekend = 0.45 if day.weekday() >= 5 and not (idle or stored) else 1.0
    value = usual * weekend * random.uniform(0.99 if stored else 0.75, 1.01 if stored else 1.25)
    value = min(value, 99.0) if key.startswith("CPU") else value
    return float(f"{round(value) if key.endswith(WHOLE) and 'CPU' not in key else value:.{DIGITS - 1}g}")


def _counter(resource: Resource, key: str, random: Random, idle: bool, days: list[date]) -> Days:
    """Of a counter that ends at what the resource tells now; one of documents hardly moves."""
    value, found = float(getattr(resource, key) or 0), {}
    for day in reversed(days):
        found[day] = value
        value = max(0.0, value - (0 if idle or key == "documents" else random.randrange(400, 2_000)))
    return found
