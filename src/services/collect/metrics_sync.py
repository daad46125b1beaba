"""Once a day for each account: which scopes' metrics are due, and what is found out of their resources.

An account's metrics are a scope of their own, which no resource type has: its head says how the last attempt
went. Nothing here changes another scope.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from errors import CollectError, Lost
from services.cloud.errors import one_line
from services.collect.metrics import PRICE, Series, fetch, wanted
from services.daily_store import Fetched
from services.data_service import Collected, DataService
from services.models.domain.daily import DAY, KEPT, Days
from services.models.kit.base import Resource, ResourceType, Source
from services.models.kit.scope import CLOSED, GLOBAL, METRICS, Scope, ScopeHead

AGAIN = 3  # days that are asked for once more: some values come late, and a state may have been passing


@dataclass(frozen=True)
class Due:
    """A scope that has not been asked about every day before today. asked: up to this day, None for never."""

    head: ScopeHead
    asked: date | None

    @property
    def scope(self) -> Scope:
        return self.head.scope


@dataclass(frozen=True)
class Question:
    """What to ask about one scope: series, with the first day of each. told: what its resources tell."""

    scope: Scope
    series: Mapping[Series, date]
    told: Mapping[str, Mapping[str, Days]]

    @property
    def cost(self) -> Decimal:
        """USD."""
        return PRICE * len(self.series)


@dataclass(frozen=True)
class Failed:
    """A scope whose metrics could not be asked for."""

    scope: Scope
    error: str


@dataclass(frozen=True)
class DailyMetrics:
    """What is kept of the types, as of `today`. types: by name; those without daily values do no harm."""

    data: DataService
    types: Mapping[str, ResourceType]
    today: date

    def due(self, account: str) -> list[Due]:
        """The scopes of the account that hold something, and are due."""
        known = self.data.daily.asked(account)
        asked = {scope: day for scope, day in known.items() if day <= self.today}  # else a clock was wrong
        heads = (head for head in self.data.heads(account) if head.count and head.status != CLOSED)
        found = (Due(head, asked.get(head.scope)) for head in heads)
        return [each for each in found if self._has_values(each.scope) and not self._is_done(each.asked)]

    def question(self, due: Due) -> Question:
        """Read the scope's resources and see what is worth asking for.

        A series that nothing is known of is asked for in full, the others from a few days before.
        """
        scope, kind = due.scope, self.types[due.scope.type]
        resources = [kind.model.from_json(document) for document in self.data.resources(scope)]
        found = dict(self.data.daily.of(scope.account, scope.type, scope.region)).get(scope, {})
        known = {} if isinstance(found, Lost) else found
        oldest = self.today - KEPT * DAY
        recent = oldest if due.asked is None else max(oldest, due.asked - (AGAIN - 1) * DAY)
        series = {}
        for each in wanted(kind, resources):
            there = each.resource in known and each.metric.key in known[each.resource].values
            series[each] = recent if there else oldest
        return Question(scope, series, self._told(due.head, kind, resources))

    def answer(self, question: Question, source: Callable[[Scope], Source]) -> Fetched | Failed:
        """What CloudWatch answers, with what the resources told; all of it, or why not."""
        values: dict[str, dict[str, Days]] = defaultdict(dict)
        for id, told in question.told.items():
            values[id].update(told)
        try:
            for first in sorted(set(question.series.values())):
                series = [each for each, begin in question.series.items() if begin == first]
                for each, days in fetch(series, source(question.scope), first, self.today - DAY).items():
                    values[each.resource][each.metric.key] = days
        except CollectError as error:
            return Failed(question.scope, str(error))
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            reason = f"{type(error).__name__} {error}"
            return Failed(question.scope, f"get_metric_data answered what Polo can't read: {reason}")
        return Fetched(question.scope, self.today - DAY, values)

    def _has_values(self, scope: Scope) -> bool:
        kind = self.types.get(scope.type)
        return kind is not None and kind.has_daily

    def _is_done(self, asked: date | None) -> bool:
        return asked is not None and asked >= self.today - DAY

    def _told(
        self, head: ScopeHead, kind: ResourceType, resources: Iterable[Resource]
    ) -> dict[str, dict[str, Days]]:
        """What the last collection saw, as the day before's; nothing when it is from before that day."""
        day, seen = self.today - DAY, datetime.fromtimestamp(head.generation / 1000, UTC).date()
        if not kind.readings or seen < day:
            return {}
        return {found.id: dict(_readings(found, kind, day)) for found in resources}


def metrics_scope(account: str) -> Scope:
    return Scope(account, GLOBAL, METRICS)


def attempt_of(account: str, generation: int, failed: Sequence[Failed], seconds: float = 0.0) -> Collected:
    """How the account's metrics went, to be stored as every scope's attempt is."""
    alike: dict[str, list[str]] = defaultdict(list)
    for each in failed:
        alike[each.error].append(f"{each.scope.type} {each.scope.region}")
    error = "; ".join(f"{why} ({', '.join(sorted(where))})" for why, where in sorted(alike.items()))
    resources = None if failed else ()
    return Collected(metrics_scope(account), generation, resources, one_line(error), round(seconds, 3))


def _readings(found: Resource, kind: ResourceType, day: date) -> Iterator[tuple[str, Days]]:
    for reading in kind.readings:
        value = getattr(found, reading.key)
        if value is not None:
            yield reading.key, {day: float(value)}
