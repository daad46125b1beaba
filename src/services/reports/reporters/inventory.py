"""How much there is of each type in each account, and how that grows."""

from __future__ import annotations

from collections import Counter
from typing import Any

from services.cop.judge.rule import ago, example
from services.models.domain.report import Column, Figure, Report, Row
from services.reports.examples import ACCOUNT
from services.reports.report import EVERY_TYPE, Content, Example, Reporter, Sources

NAME, COUNT = "inventory", 2
DATED = 30  # days in which what was created is new
Counts = dict[tuple[Any, ...], Any]


def make(sources: Sources) -> Content:
    count: Counter[tuple[str, str]] = Counter()
    new: Counter[tuple[str, str]] = Counter()
    dated: set[str] = set()
    for resource in sources.of(*EVERY_TYPE):
        place = resource.account, resource.type
        count[place] += 1
        age = sources.days_since(resource.created)
        if age is not None:
            dated.add(resource.type)
            new[place] += age < DATED
    week, month = (_counts(sources.earlier(NAME, sources.day_before(days))) for days in (7, 30))
    rows = tuple(
        (
            *place,
            count[place],
            new[place] if place[1] in dated else None,
            _then(week, place),
            _then(month, place),
        )
        for place in sorted(count)
    )
    return Content(rows, _figures(rows, week, month))


def _counts(report: Report | None) -> Counts | None:
    """None: there is no report of that day."""
    return {row[:COUNT]: row[COUNT] for row in report.rows} if report else None


def _then(counts: Counts | None, place: tuple[str, str]) -> int | None:
    return None if counts is None else int(counts.get(place, 0))


def _figures(rows: tuple[Row, ...], week: Counts | None, month: Counts | None) -> tuple[Figure, ...]:
    now = _sum(row[COUNT] for row in rows)
    return (
        Figure("resources", "Resources", now),
        Figure("types", "Types", len({row[1] for row in rows})),
        Figure("accounts", "Accounts", len({row[0] for row in rows})),
        Figure("new", f"Created in {DATED} days", _sum(row[COUNT + 1] for row in rows)),
        Figure("week", "More than a week ago", _growth(now, week)),
        Figure("month", "More than 30 days ago", _growth(now, month)),
    )


def _growth(now: int, then: Counts | None) -> int | None:
    return None if then is None else now - sum(then.values())


def _sum(values: Any) -> int:
    return sum(value for value in values if value is not None)


REPORTER = Reporter(
    name=NAME,
    title="Inventory growth",
    about="Resources by account and type. What there was a week and 30 days ago is known from the reports of"
    " those days; new are those whose API tells that they were created in the last 30 days.",
    columns=(
        Column("account", "Account", "account"),
        Column("type", "Type", "type"),
        Column("count", "Resources", "count"),
        Column("new", f"New in {DATED} days", "count"),
        Column("week", "A week ago", "count"),
        Column("month", "30 days ago", "count"),
    ),
    key=COUNT,
    types=EVERY_TYPE,
    make=make,
    examples=(
        Example(
            (
                example("volumes", id="vol-1", created=ago(3)),
                example("volumes", id="vol-2", created=ago(90)),
                example("subnets", id="subnet-1", created=None),
            ),
            rows=((ACCOUNT, "subnets", 1, None, None, None), (ACCOUNT, "volumes", 2, 1, None, None)),
            figures={"resources": 3, "types": 2, "accounts": 1, "new": 1, "week": None, "month": None},
        ),
    ),
)
