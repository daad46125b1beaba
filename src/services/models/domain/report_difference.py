"""What became of a report's rows from one day to another (pure)."""

from __future__ import annotations

from dataclasses import dataclass

from services.models.domain.report import Report, Row


@dataclass(frozen=True)
class Difference:
    """Rows as the newer report has its columns; changed: (old, new)."""

    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    changed: tuple[tuple[Row, Row], ...]


def difference(old: Report, new: Report) -> Difference:
    """A column that the older report has not is unknown there, and makes no row a changed one."""
    places = [_place(old, column.name) for column in new.columns]
    aligned = (tuple(None if at is None else row[at] for at in places) for row in old.rows)
    before = {row[: new.key]: row for row in aligned}
    after = {row[: new.key]: row for row in new.rows}
    shared = [at for at, place in enumerate(places) if place is not None and new.columns[at].compared]
    return Difference(
        added=tuple(row for key, row in after.items() if key not in before),
        removed=tuple(row for key, row in before.items() if key not in after),
        changed=tuple(
            (before[key], row)
            for key, row in after.items()
            if key in before and any(before[key][at] != row[at] for at in shared)
        ),
    )


def _place(report: Report, name: str) -> int | None:
    names = [column.name for column in report.columns]
    return names.index(name) if name in names else None
