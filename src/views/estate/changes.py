"""Changes: what appeared, vanished and changed, day by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from itertools import groupby

from dom import Child, Element, x
from services.models.everything.history import CHANGE_FACETS, ChangePage, ChangeQuery
from services.models.everything.query import PAGE_SIZE
from views.estate.change_lines import entries
from views.links.context import Context
from views.links.format import day_of, number, plural
from views.links.links import change_parameters, changes_url, without_value
from views.parts.facets import chip, facet
from views.parts.list_state import (
    NOTHING_SAID,
    ListState,
    collected,
    how_to_collect,
    line,
    not_collected,
    nothing_matches,
)
from views.parts.listing import actions, aside, pager, shown, toggled
from views.parts.parts import page_head, value_title
from views.shell import layout

KINDS = ("appeared", "changed", "vanished")
TITLES = {"kind": "What", "account": "Account", "type": "Type"}


def view(
    context: Context,
    page: ChangePage,
    asked: ChangeQuery,
    notice: str = "",
    state: ListState = NOTHING_SAID,
) -> Element:
    """The whole page. asked: the query as it stands in the URL. notice: what of the days is not shown."""
    parts = [_heading(context, page, asked, state), _form(context, page, asked)]
    return layout.page(context, "Changes", [*parts, _results(context, page, asked, notice, state)])


def results(
    context: Context,
    page: ChangePage,
    asked: ChangeQuery,
    notice: str = "",
    state: ListState = NOTHING_SAID,
) -> tuple[Element, Element]:
    """The parts that change while one types: everything but the form."""
    return _heading(context, page, asked, state), _results(context, page, asked, notice, state)


def _heading(context: Context, page: ChangePage, asked: ChangeQuery, state: ListState) -> Element:
    noun = "change" if _count(page) == "1" else "changes"
    unknown = not page.count and state.coverage.unknown(page.all)
    return x.div(id="heading")(
        page_head(x.h1("Changes"), None, _actions(context, page, asked, state)),
        line(
            "no changes known" if unknown else f"{_count(page)} {noun}",
            f"{_day(page.query.first)} to {_day(page.query.last)}",
            *collected(context, state.coverage),
        ),
    )


def _count(page: ChangePage) -> str:
    return number(page.count) if page.count == page.all else f"{number(page.count)} of {number(page.all)}"


def _results(
    context: Context, page: ChangePage, asked: ChangeQuery, notice: str, state: ListState
) -> Element:
    swap = {"hx_target": "#results", "hx_select": "#results", "hx_select_oob": "#heading,#span"}
    swap |= {"hx_indicator": "#results"}
    return x.section(
        id="results", tabindex="-1", data_count=f"Changes: {_count(page)}", hx_swap="outerHTML", **swap
    )(
        x.p(class_="card notice-line", role="status")(notice) if notice else None,
        _chips(context, asked),
        x.div(class_="listing" if page.all else "listing bare")(
            _facets(context, page, asked) if page.all else None,
            x.div(class_="table-card")(
                _days(context, page) if page.changes else _empty(context, page, asked, state),
                _pager(context, page, asked),
            ),
        ),
    )


def _form(context: Context, page: ChangePage, asked: ChangeQuery) -> Element:
    """Days and words; a plain GET form that htmx answers while one types."""
    action = changes_url(context)
    swap = {"hx_target": "#results", "hx_select": "#results", "hx_select_oob": "#heading"}
    swap |= {"hx_swap": "outerHTML", "hx_sync": "this:replace"}
    trigger = "input changed delay:200ms from:#words, change from:.day, submit"
    kept = [(name, value) for name, value in change_parameters(asked) if name in CHANGE_FACETS]
    return x.form(
        class_="span", id="span", method="get", action=action, hx_get=action, hx_trigger=trigger,
        hx_replace_url="true", hx_indicator="#results", **swap,
    )(
        x.label(x.span("Name or id"), x.input(
            type="search", name="q", id="words", value=asked.text, maxlength=500, autocomplete="off",
        )),
        x.label(x.span("From"), _day_input("from", page.query.first)),
        x.label(x.span("To"), _day_input("to", page.query.last)),
        [x.input(type="hidden", name=name, value=value) for name, value in kept],
        x.button(class_="btn", type="submit")("Show"),
    )  # fmt: skip


def _day_input(name: str, day: str) -> Element:
    return x.input(class_="day", type="date", name=name, id=f"day-{name}", value=day)


def _actions(context: Context, page: ChangePage, asked: ChangeQuery, state: ListState) -> list[Child]:
    csv, json = changes_url(context, asked, format="csv"), changes_url(context, asked, api="/api")
    return actions(state.file(csv, page.count, page.all), json, filters=bool(page.changes))


def _facets(context: Context, page: ChangePage, asked: ChangeQuery) -> Element:
    found = [
        facet(context, TITLES[name], name, values, toggled(asked, partial(changes_url, context)))
        for name, values in page.facets.items()
        if values
    ]
    return aside(found)


def _chips(context: Context, asked: ChangeQuery) -> Element | None:
    made: list[Child] = []
    if asked.text:
        url = changes_url(context, ChangeQuery(asked.first, asked.last, filters=asked.filters))
        made.append(chip("search", asked.text, url))
    for name, values in asked.filters.items():
        for value in values:
            url = changes_url(context, without_value(asked, name, value))
            made.append(chip(TITLES[name].lower(), value_title(context, name, value), url))
    if not made:
        return None
    clear = changes_url(context, ChangeQuery(asked.first, asked.last))
    return x.div(class_="filters", hx_boost="true")(made, x.a(class_="link mut", href=clear)("Clear"))


def _days(context: Context, page: ChangePage) -> list[Element]:
    """A part for each day, with how much of it there is in all."""
    return [
        x.section(class_="day-of-changes")(
            x.h2(_day(day), x.span(class_="mut num")(_tally(page.days.get(day, {})))),
            entries(context, tuple(changes), page.known),
        )
        for day, changes in groupby(page.changes, key=lambda change: change.at[:10])
    ]


def _day(day: str) -> str:
    try:
        when = date.fromisoformat(day)
    except ValueError:
        return day
    return f"{when:%A} {day_of(when)}"


def _tally(kinds: Mapping[str, int]) -> str:
    return " · ".join(f"{number(kinds[kind])} {kind}" for kind in KINDS if kinds.get(kind))


def _pager(context: Context, page: ChangePage, asked: ChangeQuery) -> Element | None:
    if not page.changes:
        return None
    rows = shown(asked.page, PAGE_SIZE, len(page.changes), number(page.count))
    note = f"{plural(len(page.days), 'day')}, times in UTC"
    return pager(rows, note, asked.page, page.pages, lambda turned: changes_url(context, asked, page=turned))


def _empty(context: Context, page: ChangePage, asked: ChangeQuery, state: ListState) -> Element:
    if page.all and not state.coverage.unknown(page.all):
        clear = changes_url(context, ChangeQuery(asked.first, asked.last))
        link = x.a(class_="link", href=clear)("Clear search and filters")
        return nothing_matches(context, state, x.p(link))
    coverage = state.coverage
    if coverage.nothing and not coverage.closed.scopes:
        return not_collected(context)
    bad = coverage.failing + coverage.held
    days = f"{_day(page.query.first)} to {_day(page.query.last)}"
    partly = f"{number(bad)} of {plural(coverage.open, 'scope')} failed: what changed there is not known."
    closed = coverage.closed.words
    why = "Polo records what differs between two collections of a scope: the first has no changes."
    return x.div(class_="empty")(
        x.h2("No changes known" if bad or coverage.nothing else "No changes"),
        x.p(f"Nothing appeared, vanished or changed from {days}."),
        x.p(partly) if bad else None,
        x.p(f"{closed}: what changed there is not known.") if closed else None,
        x.p(why),
        how_to_collect(context),
    )
