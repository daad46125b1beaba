"""The list of resources: of all types, or of one."""

from __future__ import annotations

from dataclasses import replace

from dom import Child, Element, x
from services.models.everything.coverage import Coverage
from services.models.everything.query import PAGE_SIZE, Page, Query
from services.models.kit.base import ResourceType
from views.links.context import Context
from views.links.format import money, number, plural
from views.links.links import list_url, sorted_by
from views.parts.facets import chips, facets
from views.parts.icons import SMALL
from views.parts.list_state import (
    NOTHING_SAID,
    ListState,
    collected,
    counted,
    first,
    line,
    lower,
    nothing_matches,
    nothing_there,
)
from views.parts.listing import actions, pager, shown
from views.parts.parts import page_head
from views.parts.table import COLUMN_CLASSES, NO_MARKS, Marks, Table
from views.shell import layout

ARROWS = {True: "↓", False: "↑"}


def view(
    context: Context,
    page: Page,
    kind: ResourceType | None,
    marks: Marks = NO_MARKS,
    state: ListState = NOTHING_SAID,
) -> Element:
    """The whole page. state: how what it shows was collected."""
    shown = results(context, page, kind, marks, state)
    return layout.page(context, _title(kind), shown, query=page.query)


def results(
    context: Context,
    page: Page,
    kind: ResourceType | None,
    marks: Marks = NO_MARKS,
    state: ListState = NOTHING_SAID,
) -> Element:
    """The part that htmx swaps while one searches: everything but side bar and header."""
    count = _count(page)
    swap = {"hx_target": "#results", "hx_select": "#results", "hx_select_oob": "#scope,#search"}
    swap |= {"hx_indicator": "#results"}
    return x.section(
        id="results", tabindex="-1", data_count=f"{_title(kind)}: {count}", hx_swap="outerHTML", **swap
    )(
        page_head(x.h1(_title(kind)), None, _actions(context, page, state)),
        _line(context, page, kind, state.coverage),
        chips(context, page.query, kind),
        x.div(class_="listing" if page.rows else "listing bare")(
            facets(context, page, kind) if page.rows else None,
            x.div(class_="table-card")(
                _table(context, page, kind, marks) if page.rows else _empty(context, page, kind, state),
                _pager(context, page),
            ),
        ),
    )


def _title(kind: ResourceType | None) -> str:
    return kind.title if kind else "All resources"


def _count(page: Page) -> str:
    if page.totals.count == page.all:
        return number(page.all)
    return f"{_about(page)}{number(page.totals.count)} of {number(page.all)}"


def _about(page: Page) -> str:
    """What stands before an estimate."""
    return "about " if page.about else ""


def _actions(context: Context, page: Page, state: ListState) -> list[Child]:
    csv, json = list_url(context, page.query, format="csv"), list_url(context, page.query, api="/api")
    csv = state.file(csv, page.totals.count, page.all)
    return actions(csv, json, filters=bool(page.rows))


def _table(context: Context, page: Page, kind: ResourceType | None, marks: Marks) -> Element:
    return x.table(class_="list resources", aria_label=_title(kind))(
        x.thead(x.tr(hx_boost="true")(_headers(context, page.query, kind))),
        x.tbody(hx_boost="true")(Table(context, page, kind, marks).body()),
    )


def _headers(context: Context, query: Query, kind: ResourceType | None) -> list[Element]:
    typed = zip(kind.columns if kind else (), COLUMN_CLASSES, strict=False)
    return [
        x.th(class_="s", scope="col")(x.span(class_="sr-only")("State")),
        x.th(class_="f", scope="col", title="Findings")(SMALL["cop"], x.span(class_="sr-only")("Findings")),
        _header(context, query, "name", "Name", "n"),
        *([] if kind else [_header(context, query, "type", "Type", "t")]),
        _header(context, query, "account", "Account", "a"),
        _header(context, query, "region", "Region", "g"),
        *(
            _header(context, query, column.field, column.label, f"{classes} r" if column.numeric else classes)
            for column, classes in typed
        ),
        _header(context, query, "owner", "Owner", "o"),
        _header(context, query, "created", "Age", "age r"),
        _header(context, query, "cost", "Cost/mo", "cost r"),
    ]


def _header(context: Context, query: Query, name: str, title: str, classes: str) -> Element:
    link = list_url(context, sorted_by(query, name))
    if name != query.sort:
        return x.th(class_=classes, scope="col")(x.a(href=link)(title))
    downwards = query.descending is not (name == "created")  # the oldest is what was created first
    order = "descending" if downwards else "ascending"
    arrow = x.span(aria_hidden="true")(ARROWS[downwards])
    return x.th(class_=classes, scope="col", aria_sort=order)(x.a(href=link)(title, arrow))


def _line(context: Context, page: Page, kind: ResourceType | None, coverage: Coverage) -> Element:
    """How many there are, what they cost, and how fresh and whole that knowledge is."""
    count, query = _count(page), page.query
    title = counted(count, kind) if kind else f"{count} resource{'' if count == '1' else 's'}"
    if not page.totals.count and coverage.unknown(page.all):
        title = f"no {lower(kind.title) if kind else 'resources'} known"
    return line(
        title,
        *_costs(page),
        *collected(context, coverage, first(query.filters.get("account", ())), query.type or ""),
    )


def _costs(page: Page) -> list[Child]:
    """The sum of what is known, and how many it leaves out; never a sum of nothing."""
    unknown, count = page.totals.unknown, page.totals.count
    if not count:
        return []
    if unknown == count:
        return ["cost unknown"]
    known = f"{_about(page)}{money(page.totals.cost)}/mo"
    return [known, x.span(title="of unknown cost")(f"{number(unknown)} unknown") if unknown else None]


def _pager(context: Context, page: Page) -> Element | None:
    totals, query = page.totals, page.query
    if not totals.count:
        return None
    count = f"{_about(page)}{number(totals.count)}"
    rows = shown(query.page, PAGE_SIZE, len(page.rows), count) if page.rows else ""
    return pager(
        rows,
        _sum(page),
        query.page,
        page.pages,
        lambda turned: list_url(context, replace(query, page=turned)),
    )


def _sum(page: Page) -> str:
    unknown, count = page.totals.unknown, page.totals.count
    if unknown == count:
        return "cost unknown"
    known = f"{_about(page)}{money(page.totals.cost, table=True)} a month"
    return f"{known} + {plural(unknown, 'unknown cost')}" if unknown else known


def _empty(context: Context, page: Page, kind: ResourceType | None, state: ListState) -> Element:
    query = page.query
    if not page.all or state.coverage.unknown(page.all):
        return nothing_there(context, state.coverage, kind)
    wider = None
    if query.type and query.text:
        everywhere = list_url(context, Query(text=query.text))
        wider = x.p(x.a(class_="link", href=everywhere)(f"Search all resources for “{query.text}”"))
    clear = x.a(class_="link", href=list_url(context, Query(query.type)))("Clear search and filters")
    return nothing_matches(context, state, x.p(clear), wider)
