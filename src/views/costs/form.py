"""How costs are cut, filtered, and from when to when: links and a plain GET form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dom import Element, x
from services.models.domain.costs import DIMENSIONS, CostQuery, Pivot
from views.links.context import Context
from views.links.costs import TITLES, can_cut, cost_parameters, cost_url, key_title, period_title
from views.parts.facets import chip

DAYS = 31  # that "by day" shows first


@dataclass(frozen=True)
class Known:
    """The months and days that there are costs of, oldest first."""

    months: tuple[str, ...]
    days: tuple[str, ...]


def form(context: Context, pivot: Pivot, known: Known) -> Element:
    """How to cut, and from when to when; a plain GET form."""
    query, action = pivot.query, cost_url(context)
    kept = [(name, value) for name, value in cost_parameters(query) if name not in ("from", "to")]
    swap = {"hx_target": "#results", "hx_select": "#results", "hx_select_oob": "#heading"}
    return x.div(class_="cost-form")(
        _switch(context, query, known.days),
        x.form(
            class_="span", method="get", action=action, hx_get=action, hx_trigger="change, submit",
            hx_replace_url="true", hx_swap="outerHTML", **swap,
        )(
            [x.input(type="hidden", name=name, value=value) for name, value in kept],
            x.label(x.span("From"), _bound(pivot, known, "from")),
            x.label(x.span("To"), _bound(pivot, known, "to")),
            x.button(class_="btn", type="submit")("Show"),
        ),
    )  # fmt: skip


def _switch(context: Context, query: CostQuery, days: tuple[str, ...]) -> Element:
    by = [
        x.a(
            class_="btn",
            href=cost_url(context, replace(query, by=name)),
            aria_current="true" if name == query.by else None,
        )(TITLES[name])
        for name in DIMENSIONS
        if name == query.by or can_cut(query, name)
    ]
    units = [
        x.a(class_="btn", href=cost_url(context, each), aria_current="true" if unit == query.unit else None)(
            title
        )
        for unit, title, each in _units(query, days[-DAYS:])
    ]
    return x.nav(class_="switch", aria_label="Cut", hx_boost="true")(by, x.span(class_="gap"), units)


def _units(query: CostQuery, days: tuple[str, ...]) -> list[tuple[str, str, CostQuery]]:
    made = [("month", "By month", replace(query, first="", last=""))]
    if days:
        made.append(("day", "By day", replace(query, first=days[0], last=days[-1])))
    return made


def _bound(pivot: Pivot, known: Known, name: str) -> Element:
    query, periods = pivot.query, pivot.periods
    chosen = query.first if name == "from" else query.last
    chosen = chosen or (periods[0 if name == "from" else -1] if periods else "")
    if query.unit == "day":
        limits = {"min": known.days[0], "max": known.days[-1]} if known.days else {}
        return x.input(class_="day", type="date", name=name, value=chosen, **limits)
    options = [x.option(value=month, selected=month == chosen)(period_title(month)) for month in known.months]
    return x.select(name=name)(options)


def chips(context: Context, query: CostQuery, names: Mapping[str, str]) -> Element | None:
    """What is filtered by, each with a way back."""
    if not query.filters:
        return None
    made = []
    for name, key in query.filters.items():
        rest = {each: value for each, value in query.filters.items() if each != name}
        by = name if not rest else query.by
        url = cost_url(context, replace(query, by=by, filters=rest))
        made.append(chip(TITLES[name].lower(), key_title(names, name, key), url))
    return x.div(class_="filters", hx_boost="true")(made)
