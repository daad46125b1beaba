"""The list of findings, with facets like that of resources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from dom import Child, Element, x
from services.models.domain.finding import RuleInfo
from services.models.domain.findings import FINDING_PAGE_SIZE, FindingPage, FindingQuery, FindingTotals
from services.models.everything.coverage import Coverage
from views.links.context import Context
from views.links.cop import OPEN, cop_url, findings_url
from views.links.format import label, number
from views.links.links import without_value
from views.parts.facets import chip, facet
from views.parts.finding_rows import heads, lines, total_saving
from views.parts.list_state import (
    NOTHING_SAID,
    ListState,
    collected,
    line,
    not_collected,
    nothing_found,
    nothing_matches,
)
from views.parts.listing import actions, aside, pager, shown, toggled
from views.parts.parts import page_head, value_title
from views.shell import layout

SORTS = {"severity": "Worst first", "saving": "Largest saving", "first_seen": "Newest", "name": "Name"}
LARGEST_FIRST = ("saving", "first_seen")


def view(
    context: Context, page: FindingPage, rules: Mapping[str, RuleInfo], state: ListState = NOTHING_SAID
) -> Element:
    """The whole page. state: how what the findings are about was collected."""
    return layout.page(context, "Findings", results(context, page, rules, state))


def results(
    context: Context, page: FindingPage, rules: Mapping[str, RuleInfo], state: ListState = NOTHING_SAID
) -> Element:
    """The part that htmx swaps."""
    swap = {"hx_target": "#results", "hx_select": "#results", "hx_swap": "outerHTML"}
    swap |= {"hx_indicator": "#results"}
    count = f"{number(page.totals.count)} of {number(page.all)}"
    return x.section(id="results", tabindex="-1", data_count=f"Findings: {count}", **swap)(
        x.nav(class_="crumbs", aria_label="Breadcrumb")(x.a(href=cop_url(context))("Cloud Cop")),
        page_head(x.h1("Findings"), None, _actions(context, page, state)),
        finding_line(context, count, page.totals, state.coverage),
        _chips(context, page.query),
        x.div(class_="listing" if page.all else "listing bare")(
            _facets(context, page) if page.all else None,
            x.div(class_="table-card")(
                [heads(), lines(context, page.rows, rules)] if page.rows else _nothing(context, page, state),
                _pager(context, page),
            ),
        ),
    )


def _actions(context: Context, page: FindingPage, state: ListState) -> list[Child]:
    csv = state.file(findings_url(context, page.query, format="csv"), page.totals.count, page.all)
    return actions(csv, findings_url(context, page.query, api="/api"), filters=True)


def _facets(context: Context, page: FindingPage) -> Element:
    found = [
        facet(context, label(name), name, values, toggled(page.query, partial(findings_url, context)))
        for name, values in page.facets.items()
        if values
    ]
    return aside(_sorts(context, page.query), found)


def _sorts(context: Context, query: FindingQuery) -> Element:
    sorts = {
        title: replace(query, sort=name, descending=name in LARGEST_FIRST, page=1)
        for name, title in SORTS.items()
    }
    now = replace(query, page=1)
    links = [
        x.a(href=findings_url(context, each), aria_current="true" if each == now else None)(title)
        for title, each in sorts.items()
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
    query, saved = page.query, total_saving(page.totals)
    rows = shown(query.page, FINDING_PAGE_SIZE, len(page.rows), number(page.totals.count))
    note = f"{saved} a month" if saved else "no saving known"
    return pager(rows, note, query.page, page.pages, lambda turned: findings_url(context, query, page=turned))


def finding_line(context: Context, count: str, totals: FindingTotals, coverage: Coverage) -> Element:
    """How many findings, what they would save, and how fresh and whole what they are about is."""
    saved = f"{total_saving(totals)}/mo" if total_saving(totals) else "no saving known"
    noun = "finding" if count == "1" else "findings"
    unknown = not totals.count and coverage.unknown(0)
    title = "no findings known" if unknown else f"{count} {noun}"
    return line(title, saved if totals.count else None, *collected(context, coverage))


def _nothing(context: Context, page: FindingPage, state: ListState) -> Element:
    if state.coverage.unknown(page.all):
        return not_collected(context)
    if page.all:
        clear = x.a(class_="link", href=findings_url(context, OPEN))("Show all that is open")
        return nothing_matches(context, state, x.p(clear))
    return nothing_found(context, state.coverage)
