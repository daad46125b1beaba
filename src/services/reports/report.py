"""Reporter: a function from what is known to the rows of a report, with all that its tests need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import floor

from services.cop.judge.facts import Daily, NotKnown
from services.cop.judge.inspection import is_healthy, unreadable
from services.cop.judge.looked_at import looked_at
from services.cop.store.findings import Findings
from services.costs.costs import Costs
from services.models import RESOURCE_TYPES
from services.models.all import Everything
from services.models.domain.costs import PeriodCosts
from services.models.domain.finding import Entry
from services.models.domain.report import Figure, Report, ReportInfo, Row, Value
from services.models.kit.base import Resource, Source
from services.models.kit.scope import ScopeHead
from services.models.kit.values import Item, days_since, iso

EVERY_TYPE = ("*",)


def nobody_pays() -> Source:
    raise NotKnown(
        "only the account that pays knows: inv report -p PROFILE asks it, deployed it is asked once a day"
    )


@dataclass(frozen=True)
class Sources:
    """What reports are made of. findings: raises NotKnown while nobody has inspected the estate.

    daily: the last days' values of a metric. earlier: a report of that name and day, None if there is none.
    payer: the account that pays, to ask what only it knows; raises NotKnown where it is not asked.
    costs: what Cost Explorer has told, None while it has told nothing.
    """

    now: datetime
    everything: Everything
    findings: Callable[[], Findings]
    daily: Daily
    earlier: Callable[[str, str], Report | None]
    payer: Callable[[], Source] = nobody_pays
    costs: Callable[[], Costs | None] = lambda: None

    @property
    def today(self) -> date:
        return self.now.date()

    def day_before(self, days: int) -> str:
        return (self.today - timedelta(days=days)).isoformat()

    def days_since(self, moment: str | None) -> int | None:
        """Whole days of 24 hours since that moment (ISO 8601); None when it is unknown."""
        days = days_since(moment, self.now)
        return None if days is None else floor(days)

    def of(self, *types: str) -> Iterator[Resource]:
        """Every resource of these types.

        Raises NotKnown when none of them was ever collected, or what is stored of one can't be read.
        """
        return (
            _readable(looked_at(head.scope.type, document))
            for head in self.collected(*types)
            for document in self.everything.documents(head.scope)
        )

    def collected(self, *types: str) -> list[ScopeHead]:
        """The scopes of these types. Raises NotKnown when none of them was ever collected."""
        heads = self.heads(types)
        if not any(head.generation for head in heads):
            raise NotKnown(f"{', '.join(types) if types != EVERY_TYPE else 'resources'} were never collected")
        return heads

    def heads(self, types: tuple[str, ...]) -> list[ScopeHead]:
        wanted = RESOURCE_TYPES if types == EVERY_TYPE else types
        return [head for head in self.everything.heads() if head.scope.type in wanted]


@dataclass(frozen=True)
class Content:
    """What a reporter answers: rows as its columns have them, and 1 to 20 figures."""

    rows: tuple[Row, ...]
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Example:
    """An estate, and what its report says, as of `rule.NOW`. figures: those that matter.

    answers: of the account that pays, by operation, in the shape that the API's reference shows. costs: what
    Cost Explorer has told.
    """

    resources: tuple[Resource, ...]
    rows: tuple[Row, ...]
    figures: Mapping[str, int | float | None]
    entries: tuple[Entry, ...] = ()
    daily: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    answers: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    costs: tuple[PeriodCosts, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reporter(ReportInfo):
    """types: resource types that it reads itself, EVERY_TYPE for all, none where it reads findings alone.
    payer: whether it asks the account that pays, which no page does.

    make: raises NotKnown when what it needs is not there; a report is never of zeros that nobody counted.
    """

    make: Callable[[Sources], Content]
    examples: tuple[Example, ...]
    types: tuple[str, ...] = ()
    payer: bool = False


def _readable(resource: Resource) -> Resource:
    if reason := unreadable(resource):
        raise NotKnown(reason)
    return resource


def report_of(reporter: Reporter, sources: Sources) -> Report:
    """Today's report, rows by their key. Raises NotKnown, and PoloError when a source can't be read."""
    content = reporter.make(sources)
    return Report(
        reporter.name,
        reporter.title,
        sources.today.isoformat(),
        iso(sources.now) or "",
        reporter.columns,
        reporter.key,
        content.rows,
        content.figures,
        (*content.notes, *_stale(reporter, sources)),
    )


def _stale(reporter: Reporter, sources: Sources) -> Iterable[str]:
    heads = sources.heads(reporter.types)
    failed = sum(not is_healthy(head) for head in heads)
    if failed:
        yield f"The last collection of {failed} of {len(heads)} scopes failed: what is told of them is older"


def dearest_first(rows: Iterable[Row], column: int) -> tuple[Row, ...]:
    """Largest first by a column of numbers, then by what the row begins with; unknown last."""
    return tuple(sorted(rows, key=lambda row: (-_size(row[column]), tuple(map(str, row)))))


def _size(value: Value) -> float:
    return float(value) if isinstance(value, (int, float)) else float("-inf")
