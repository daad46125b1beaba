"""The rows of a report, and what became of them since another day."""

from __future__ import annotations

from dom import Element, x
from services.models.domain.report import Kind, Report, Row, Value
from services.models.domain.report_difference import Difference, difference
from views.links.context import Context
from views.links.format import dated, number, plural
from views.parts.parts import card
from views.parts.report_values import Cells, plain

SHOWN = 500  # rows; the CSV has all
SHORT = 24  # characters that stay on one line


def differences(context: Context, report: Report, against: Report) -> Element:
    """What became of the rows since that other report."""
    found = difference(against, report)
    parts = [
        _part(context, report, "Added", [(row, None) for row in found.added]),
        _part(context, report, "Changed", [(new, old) for old, new in found.changed]),
        _part(context, report, "Removed", [(row, None) for row in found.removed]),
    ]
    if not any(parts):
        parts = [x.p(class_="mut")("No row differs.")]
    return card(f"Since {dated(against.day)}", parts, note=_counted(found), classes="card mb-4")


def _counted(found: Difference) -> str:
    counts = {"added": found.added, "changed": found.changed, "removed": found.removed}
    return ", ".join(f"{number(len(rows))} {name}" for name, rows in counts.items())


def _part(context: Context, report: Report, title: str, rows: list[tuple[Row, Row | None]]) -> Element | None:
    """old: what stood in a changed row before."""
    if not rows:
        return None
    name = f"{title}: {plural(len(rows), 'row')}"
    lines = [_line(context, report, *pair) for pair in rows[:SHOWN]]
    return x.details(open=len(rows) <= 20)(x.summary(name), _table(report, lines, name))


def rows(context: Context, report: Report) -> Element:
    """The report's rows as a table."""
    if not report.rows:
        return x.div(class_="card empty")(x.h2("No rows"), x.p("Nothing of that kind was found."))
    lines = [_line(context, report, row) for row in report.rows[:SHOWN]]
    every = plural(len(report.rows), "row")
    shown = (
        every if len(lines) == len(report.rows) else f"The first {number(len(lines))} of {every}; CSV has all"
    )
    return x.div(class_="table-card")(
        _table(report, lines, report.title), x.div(class_="pager")(x.span(class_="num")(shown))
    )


def _table(report: Report, lines: list[Element], title: str) -> Element:
    head = [
        x.th(class_="r" if column.numeric else None, scope="col")(column.title) for column in report.columns
    ]
    return x.div(class_="scroll", tabindex="0", role="region", aria_label=title)(
        x.table(class_="report")(x.thead(x.tr(head)), x.tbody(lines))
    )


def _line(context: Context, report: Report, row: Row, old: Row | None = None) -> Element:
    cells = Cells(context, report.columns)
    made = [
        x.td(class_="r" if column.numeric else "k" if len(str(row[at])) <= SHORT else None)(
            _before(column.kind, old[at]) if old is not None and old[at] != row[at] else None, cell
        )
        for at, (column, cell) in enumerate(zip(report.columns, cells.of(row), strict=True))
    ]
    return x.tr(made)


def _before(kind: Kind, value: Value) -> Element:
    return x.s(class_="mut")(plain(kind, value), " → ")
