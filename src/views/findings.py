"""The list of findings, with facets like that of resources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from dom import Child, Element, x
from services.models.everything.query import FacetValue
from services.models.finding import RuleInfo
from services.models.findings import FINDING_PAGE_SIZE, FindingPage, FindingQuery
from views import layout
from views.context import Context
from views.cop_links import OPEN, cop_url, findings_url
from views.facets import chip, facet
from views.finding_rows import lines, total_saving
from views.format import label, number
from views.icons import SMALL
from views.links import with_value, without_value
from views.parts import page_head, value_title

SORTS = {"severity": "Worst first", "saving": "Largest saving", "first_seen": "Newest", "name": "Name"}
LARGEST_FIRST = ("saving", "first_seen")


def view(context: Context, page: FindingPage, rules: Mapping[str, RuleInfo]) -> Element:
    """The whole page."""
    return layout.page(context, "Findings", results(context, page, rules))


def results(context: Context, page: FindingPage, rules: Mapping[str, RuleInfo]) -> Element:
    """The part that htmx swaps."""
    swap = {"hx_target": "#results", "hx_select": "#results", "hx_swap": "outerHTML"}
    count = f"{number(page.totals.count)} of {number(page.all)}"
    return x.section(id="results", tabindex="-1", data_count=f"Findings: {count}", **swap)(
        x.nav(class_="crumbs", aria_label="Breadcrumb")(x.a(href=cop_url(context))("Cloud Cop")),
        page_head(x.h1("Findings"), x.span(class_="mut num")(count), _actions(context, page)),
        _chips(context, page.query),
        x.div(class_="listing" if page.all else "listing bare")(
            _facets(context, page) if page.all else None,
            x.div(class_="table-card")(
                lines(context, page.rows, rules) if page.rows else _nothing(context, page),
                _pager(context, page),
            ),
        ),
    )


def _actions(context: Context, page: FindingPage) -> list[Child]:
    return [
        x.button(class_="btn only-phone", type="button", popovertarget="facets")(SMALL["filter"], "Filters"),
        x.button(class_="btn js-only", type="button", data_copy_link=True)("Copy link"),
        x.a(class_="btn", href=findings_url(context, page.query, format="csv"), download=True)("CSV"),
        x.a(class_="btn", href=findings_url(context, page.query, api="/api"))("JSON"),
    ]


def _facets(context: Context, page: FindingPage) -> Element:
    shown = [
        facet(context, label(name), name, values, partial(_toggled, context, page.query))
        for name, values in page.facets.items()
        if values
    ]
    return x.aside(class_="facets", id="facets", popover="auto", aria_label="Filters", hx_boost="true")(
        _sorts(context, page.query), shown
    )


def _toggled(context: Context, query: FindingQuery, name: str, value: FacetValue) -> str:
    change = without_value if value.selected else with_value
    return findings_url(context, change(query, name, value.value))


def _sorts(context: Context, query: FindingQuery) -> Element:
    links = [
        x.a(
            href=findings_url(context, replace(query, sort=name, descending=name in LARGEST_FIRST, page=1)),
            aria_current="true" if name == query.sort else None,
        )(title)
        for name, title in SORTS.items()
    ]
    return x.div(class_="facet")(x.h2("Sort"), links)


def _chips(context: Context, query: FindingQuery) -> Element:
    made: list[Child] = []
    if query.text:
        made.append(chip("search", query.text, findings_url(context, replace(query, text="", page=1))))
    for name, values in query.filters.items():
        for value in values:
            url = findings_url(context, without_value(query, name, value))
            made.append(chip(name, value_title(context, name, value), url))
    search = x.form(class_="find", method="get", action=findings_url(context, FindingQuery()))(
        x.input(type="search", name="q", value=query.text, maxlength=500, placeholder="Name or message",
                aria_label="Search findings"),
        [
            x.input(type="hidden", name=name, value=value)
            for name, values in query.filters.items()
            for value in values
        ],
    )  # fmt: skip
    clear = x.a(class_="link mut", href=findings_url(context, FindingQuery()))("All of them")
    return x.div(class_="filters", hx_boost="true")(made, search, clear)


def _pager(context: Context, page: FindingPage) -> Element | None:
    if not page.rows:
        return None
    first = (page.query.page - 1) * FINDING_PAGE_SIZE + 1
    shown = f"{number(first)}–{number(first + len(page.rows) - 1)} of {number(page.totals.count)}"
    turn = x.nav(aria_label="Pages")(
        _turn(context, page, "Previous", page.query.page - 1),
        _turn(context, page, "Next", page.query.page + 1),
    )
    saved = total_saving(page.totals)
    return x.div(class_="pager", hx_boost="true")(
        x.span(class_="num")(shown),
        x.span(class_="num")(f"{saved} a month" if saved else "no saving known"),
        turn if page.pages > 1 else None,
    )


def _turn(context: Context, page: FindingPage, label: str, number: int) -> Element:
    if not 1 <= number <= page.pages:
        return x.span(class_="btn", aria_disabled="true")(label)
    url = findings_url(context, page.query, page=number)
    return x.a(class_="btn", href=url, rel=label[:4].lower())(label)


def _nothing(context: Context, page: FindingPage) -> Element:
    if page.all:
        clear = x.a(class_="link", href=findings_url(context, OPEN))("Show all that is open")
        return x.div(class_="empty")(x.h2("Nothing matches"), x.p(clear))
    return x.div(class_="empty")(x.h2("No findings"), x.p("Collect first: ", x.code("inv sync")))
