"""Report: a named, dated table of rows with a small summary for trends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, Self

Value = str | int | float | None  # None: unknown
Row = tuple[Value, ...]
# money: US cents. share: 0 to 1. day: ISO 8601. account: its id. type: a resource type's name. due: days
# from the report's on
Kind = Literal["text", "count", "money", "share", "day", "account", "type", "due", "bytes"]
Status = Literal["ok", "unknown", "failed"]
KEPT, MONTHLY, TREND = timedelta(days=90), timedelta(days=400), timedelta(days=400)


@dataclass(frozen=True)
class Column:
    """compared: whether another value makes a row a changed one; a count of days changes by itself."""

    name: str
    title: str
    kind: Kind = "text"
    compared: bool = True

    @property
    def numeric(self) -> bool:
        return self.kind in ("count", "money", "share", "bytes")


@dataclass(frozen=True)
class Figure:
    """One number of a summary; value None: unknown."""

    name: str
    title: str
    value: int | float | None
    kind: Kind = "count"


@dataclass(frozen=True, kw_only=True)
class ReportInfo:
    """What a report says of itself. key: so many columns, from the first, tell a row from the others."""

    name: str
    title: str
    about: str
    columns: tuple[Column, ...]
    key: int = 1


@dataclass(frozen=True)
class Report:
    """One day's. day: ISO 8601, UTC. generated: ISO 8601, UTC. notes: what of it is missing or old."""

    name: str
    title: str
    day: str
    generated: str
    columns: tuple[Column, ...]
    key: int
    rows: tuple[Row, ...]
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()

    @property
    def summary(self) -> Summary:
        return Summary(self.day, {figure.name: figure.value for figure in self.figures})

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        return cls(
            str(document["name"]),
            str(document["title"]),
            str(document["day"]),
            str(document["generated"]),
            tuple(Column(**_known(Column, each)) for each in document["columns"]),
            document["key"],
            tuple(map(tuple, document["rows"])),
            figures_of(document["figures"]),
            tuple(document["notes"]),
        )


@dataclass(frozen=True)
class Summary:
    """The figures of a day by name: what a trend is drawn of."""

    day: str
    figures: Mapping[str, int | float | None]


@dataclass(frozen=True)
class Latest:
    """How a report stands. day, figures: of the last good one, "" and none before the first.

    status: of the last attempt, at `tried` (ISO 8601, UTC); error: why it came to nothing.
    """

    name: str
    title: str
    status: Status
    tried: str
    error: str = ""
    day: str = ""
    figures: tuple[Figure, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        return cls(**_known(cls, document) | {"figures": figures_of(document.get("figures", ()))})


def figures_of(documents: Any) -> tuple[Figure, ...]:
    return tuple(Figure(**_known(Figure, each)) for each in documents)


def _known(cls: type, document: Mapping[str, Any]) -> dict[str, Any]:
    """Without the fields of a newer version."""
    return {each.name: document[each.name] for each in fields(cls) if each.name in document}


def latest_of(report: Report) -> Latest:
    return Latest(report.name, report.title, "ok", report.generated, "", report.day, report.figures)


def expires(day: str) -> datetime:
    """When the report of that day is let go: after 90 days, that of a month's first after 400."""
    first = day.endswith("-01")
    return _midnight(day) + (MONTHLY if first else KEPT)


def trend_expires(day: str) -> datetime:
    """When a day's summary is let go: a year and a month later."""
    return _midnight(day) + TREND


def _midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), UTC)
