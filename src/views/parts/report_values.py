"""A report's values as they are shown, by the kind of their column; all of them may be hostile."""

from __future__ import annotations

from dom import Child, x
from services.models.domain.finding import Severity
from services.models.domain.report import Column, Kind, Row, Value
from services.models.kit.scope import Key
from views.links.context import Context
from views.links.cop import rule_url
from views.links.costs import about_url
from views.links.format import UNKNOWN, amount, dated, money, number, percent, plural
from views.parts.finding_rows import SEVERITY_CLASSES
from views.parts.parts import MISSING, account, region_title, type_title

PRECISION = 100_000  # of a share
DUE: tuple[tuple[int, Severity], ...] = ((0, "critical"), (31, "high"), (61, "medium"), (91, "low"))
PLACE = ("type", "account", "region", "id")


def plain(kind: Kind, value: Value) -> str:
    """The value in words: 1250, "money" -> "$12.50"; None is "unknown"."""
    if value is None:
        return UNKNOWN
    if isinstance(value, str):
        return type_title(value) if kind == "type" else dated(value) if kind == "day" else value
    if kind == "money":
        return money(value)
    if kind == "due":
        return _due(round(value))
    if kind == "bytes":
        return amount(value, "B")
    return percent(round(value * PRECISION), PRECISION) if kind == "share" else number(value)


def _due(days: int) -> str:
    """ "in 12 days", "3 days ago"."""
    if days == 0:
        return "today"
    return f"in {plural(days, 'day')}" if days > 0 else f"{plural(-days, 'day')} ago"


class Cells:
    """Writes the cells of one report's rows."""

    def __init__(self, context: Context, columns: tuple[Column, ...]) -> None:
        self.context = context
        self.columns = columns
        names = [column.name for column in columns]
        self._place = [names.index(name) for name in PLACE] if set(PLACE) <= set(names) else []

    def of(self, row: Row) -> list[Child]:
        """What stands in each cell."""
        return [self.cell(column, row[at], row) for at, column in enumerate(self.columns)]

    def cell(self, column: Column, value: Value, row: Row) -> Child:
        if value is None:
            return x.span(class_="mut")(MISSING.get(column.name, UNKNOWN))
        if column.kind == "account":
            return account(self.context, str(value))
        if column.name == "id" and self._place:
            key = Key(*(str(row[at]) for at in self._place))
            return x.a(href=about_url(self.context, key))(value)
        if column.name == "rule":
            return x.a(href=rule_url(self.context, str(value)))(value)
        if column.kind == "due" and not isinstance(value, str):
            return _expiry(round(value))
        if column.kind == "money" and not isinstance(value, str):
            return money(value, table=True)
        return region_title(str(value)) if column.name == "region" else plain(column.kind, value)


def _expiry(days: int) -> Child:
    """What ends within 30, 60 or 90 days stands out."""
    told = plain("due", days)
    severity = next((severity for more, severity in DUE if days < more), None)
    return x.span(class_=f"{SEVERITY_CLASSES[severity]} due")(told) if severity else told
