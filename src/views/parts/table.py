"""The rows of a list, as escaped strings: fifty of them must cost next to nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from dom import Safe, text
from services.models.domain.findings import Mark
from services.models.everything.query import NONE, Page, Row
from services.models.kit.base import UNKNOWN, Column, ResourceType
from services.models.kit.scope import Key
from views.links.context import Context
from views.links.cop import why_url
from views.links.format import age, amount, cut, dated, money, named, number, plural, utc
from views.links.links import detail_url, list_url, with_value
from views.parts.finding_rows import SEVERITY_CLASSES
from views.parts.parts import account_classes, account_name, dot_class, region_title, type_title

MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d[\d:.]*(Z|[+-]\d\d:?\d\d))?\Z")
COLUMN_CLASSES = ("t", "c2", "c3", "c4", "c5", "c6", "c7", "c8")

Marks = Mapping[Key, Mark]  # what is open of each resource
NO_MARKS: Marks = MappingProxyType({})


class Table:
    """Writes the rows of one page; links that many rows share are made once."""

    def __init__(
        self, context: Context, page: Page, kind: ResourceType | None, marks: Marks = NO_MARKS
    ) -> None:
        self.context = context
        self.page = page
        self.marks = marks
        self.columns = kind.columns if kind else ()
        self.all_types = kind is None
        self._colours = account_classes(context)
        self._filters: dict[tuple[str, str], str] = {}

    def body(self) -> Safe:
        return Safe("".join(map(self.row, self.page.rows)))

    def row(self, row: Row) -> str:
        """One <tr>. Every value goes through `text`; every address is made of quoted parts."""
        typed = zip(self.columns, row.fields, COLUMN_CLASSES, strict=False)
        return (
            f'<tr><td class="s">{self._state(row)}</td><td class="f" hx-boost="false">{self._mark(row)}</td>'
            f"{self._name(row)}{self._type(row)}"
            f'<td class="a">{self._account(row.account)}</td>'
            f'<td class="g q">{self._filter("region", row.region, text(region_title(row.region)))}</td>'
            f"{''.join(self._typed(*each) for each in typed)}"
            f"{self._owner(row)}{self._age(row)}{_cost(row)}</tr>"
        )

    def _state(self, row: Row) -> str:
        word = text(row.state or "no state")
        label = f'<span class="{dot_class(row.type, row.state)}"></span><span class="sr-only">{word}</span>'
        return f'<a href="{self._href("state", row.state or NONE)}" title="{word}">{label}</a>'

    def _name(self, row: Row) -> str:
        name, id = text(named(row.name, row.id)), text(cut(row.id))
        link = f'<a href="{text(detail_url(self.context, row))}">{name}</a>'
        shown = link if id in (name, "") or row.name == row.id else f"{link}<code>{id}</code>"
        return f'<td class="n" title="{name}" hx-boost="false">{shown}</td>'

    def _mark(self, row: Row) -> str:
        """How many findings are open, in the colour of the worst; "" for none."""
        key = Key(row.type, row.account, row.region, row.id)
        mark = self.marks.get(key)
        if mark is None:
            return ""
        title = f"{plural(mark.count, 'finding')}, the worst {mark.severity}"
        return (
            f'<a class="mark {SEVERITY_CLASSES[mark.severity]}" href="{text(why_url(self.context, key))}"'
            f' title="{title}" aria-label="{title}">{mark.count}</a>'
        )

    def _type(self, row: Row) -> str:
        if not self.all_types:
            return ""
        return f'<td class="t">{self._filter("type", row.type, text(type_title(row.type)))}</td>'

    def _account(self, id: str) -> str:
        colour = self._colours.get(id, "mut")
        label = f'<i class="sq {colour}"></i>{text(account_name(self.context, id))}'
        return f'<a href="{self._href("account", id)}" title="{text(id)}">{label}</a>'

    def _owner(self, row: Row) -> str:
        if row.owner == UNKNOWN:
            return f'<td class="o q">{self._filter("owner", UNKNOWN, UNKNOWN)}</td>'
        if row.owner:
            owner = text(named(row.owner, ""))
            return f'<td class="o" title="{owner}">{self._filter("owner", row.owner, owner)}</td>'
        return f'<td class="o q">{self._filter("owner", NONE, "no owner")}</td>'

    def _age(self, row: Row) -> str:
        return f'<td class="age r q" title="{utc(row.created)}">{age(self.context.now, row.created)}</td>'

    def _typed(self, column: Column, value: Any, classes: str) -> str:
        shown = whole = text(cut(written(column, value)))
        if column.field in self.page.facets and value not in (None, ""):
            shown = self._filter(column.field, str(value), shown)
        if column.mono and shown:
            shown = f"<code>{shown}</code>"
        kind = f'{classes} r"' if column.numeric else f'{classes}" title="{whole}"'
        return f'<td class="{kind}>{shown}</td>'

    def _filter(self, field: str, value: str, label: str) -> str:
        return f'<a href="{self._href(field, value)}">{label}</a>'

    def _href(self, field: str, value: str) -> str:
        made = self._filters.get((field, value))
        if made is None:
            made = text(list_url(self.context, with_value(self.page.query, field, value or NONE)))
            self._filters[field, value] = made
        return made


def written(column: Column, value: Any, *, exact: bool = False) -> str:
    """A typed value as it is shown: yes and no, lists, numbers with their unit, moments; "" for none.

    exact: bytes as they are counted too, for what 7.89 MB does not tell apart.
    """
    if value is None or value == "":
        return ""
    if isinstance(value, str) and value[:1] in "[{":
        value = _loaded(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    if isinstance(value, bool) or (isinstance(value, int) and not column.numeric):
        return "yes" if value else "no"
    if isinstance(value, (int, float)) and column.unit == "B":
        return amount(value, "B") + (f" ({number(value)} B)" if exact and value >= 1000 else "")
    if isinstance(value, (int, float)):
        return f"{number(value)} {column.unit}".strip()
    return dated(value) if isinstance(value, str) and MOMENT.match(value) else str(value)


def _loaded(value: str) -> Any:
    """Everything keeps lists as JSON."""
    try:
        return json.loads(value)
    except ValueError:
        return value


def _cost(row: Row) -> str:
    return f'<td class="cost r{" q" if row.cost is None else ""}">{money(row.cost, table=True)}</td>'
