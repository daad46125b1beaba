"""The list of resources: of all types, or of one."""

from __future__ import annotations

from dataclasses import replace

from dom import Child, Element, x
from services.models.base import ResourceType
from services.models.everything.query import PAGE_SIZE, Page, Query
from views import layout
from views.context import Context
from views.facets import chips, facets
from views.format import money, number, plural
from views.icons import SMALL
from views.links import list_url, sorted_by
from views.listing import actions, pager, shown
from views.parts import page_head
from views.table import COLUMN_CLASSES, NO_MARKS, Marks, Table

ARROWS = {True: "↓", False: "↑"}


def view(context: Context, page: Page, kind: ResourceType | None, marks: Marks = NO_MARKS) -> Element:
    """The whole page."""
    return layout.page(context, _title(kind), results(context, page, kind, marks), query=page.query)


def results(context: Context, page: Page, kind: ResourceType | None, marks: Marks = NO_MARKS) -> Element:
    """The part that htmx swaps while one searches: everything but side bar and header."""
    count = _count(page)
    swap = {"hx_target": "#results", "hx_select": "#results", "hx_select_oob": "#scope,#search"}
    return x.section(
        id="results", tabindex="-1", data_count=f"{_title(kind)}: {count}", hx_swap="outerHTML", **swap
    )(
        page_head(
            x.h1(_title(kind)),
            x.span(class_="mut num")(count),
            _actions(context, page),
        ),
        chips(context, page.query, kind),
        x.div(class_="listing" if page.rows else "listing bare")(
            facets(context, page, kind) if page.rows else None,
            x.div(class_="table-card")(
                _table(context, page, kind, marks) if page.rows else _empty(context, page, kind),
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


def _actions(context: Context, page: Page) -> list[Child]:
    csv, json = list_url(context, page.query, format="csv"), list_url(context, page.query, api="/api")
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


def _empty(context: Context, page: Page, kind: ResourceType | None) -> Element:
    query = page.query
    if page.totals.count:
        back = replace(query, page=1)
        return _nothing(
            f"Page {query.page} of {page.pages} has no rows", "Back to the first page", context, back
        )
    if page.all:
        return _nothing("Nothing matches", "Clear search and filters", context, Query(query.type), query)
    command = f"inv sync -r {kind.name}" if kind else "inv sync"
    return x.div(class_="empty")(
        x.h2("Nothing collected yet"), x.p("Collect them from your AWS accounts: ", x.code(command))
    )


def _nothing(
    title: str, way_out: str, context: Context, there: Query, searched: Query | None = None
) -> Element:
    wider = None
    if searched and searched.type and searched.text:
        everywhere = list_url(context, Query(text=searched.text))
        wider = x.p(x.a(class_="link", href=everywhere)(f"Search all resources for “{searched.text}”"))
    return x.div(class_="empty")(
        x.h2(title), x.p(x.a(class_="link", href=list_url(context, there))(way_out)), wider
    )
