"""Costs: what was spent, by account, service, region and owner, month by month or day by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dom import Child, Element, x
from services.models.domain.costs import Anomaly, Headline, Movers, Pivot, Spent
from views.costs.cards import anomalies_card, figures, movers_card
from views.costs.chart import columns
from views.costs.form import Known, chips, form
from views.costs.table import table
from views.links.context import Context
from views.links.costs import cost_url, period_span
from views.links.format import ago, utc
from views.parts.cost_words import spent
from views.parts.list_state import line
from views.parts.parts import card, page_head
from views.shell import layout

METRIC = {"unblended": "unblended costs, as bills have them", "amortized": "amortized costs"}


@dataclass(frozen=True)
class Shown:
    """names: account id -> name. spent: requests of the last collection.

    months: the months around days that are not all known, with the same filters.
    """

    pivot: Pivot
    names: Mapping[str, str]
    known: Known
    metric: str
    taken: str
    headline: Headline | None = None
    movers: Movers | None = None
    anomalies: tuple[Anomaly, ...] | None = ()
    spent: Spent = field(default_factory=Spent)
    months: Pivot | None = None


def view(context: Context, shown: Shown) -> Element:
    """The whole page."""
    return layout.page(context, "Costs", [heading(context, shown), results(context, shown)])


def empty(context: Context) -> Element:
    """The page of an estate whose costs nobody asked for."""
    how = x.p("Ask Cost Explorer, at about fifteen cents: ", x.code("inv costs"))
    nightly = x.p("Cost Explorer is asked each night.")
    told = x.div(class_="card empty")(x.h2("No costs yet"), nightly if context.deployed else how)
    return layout.page(context, "Costs", [page_head(x.h1("Costs")), line("never collected"), told])


def results(context: Context, shown: Shown) -> Element:
    """What changes with the form and the links."""
    query, pivot = shown.pivot.query, shown.pivot
    swap = {"hx_target": "#results", "hx_select": "#results", "hx_select_oob": "#heading"}
    swap |= {"hx_indicator": "#results"}
    whole = not query.filters and query.unit == "month"
    content: list[Child] = [
        form(context, pivot, shown.known),
        chips(context, query, shown.names),
    ]
    if whole and shown.headline:
        content.append(figures(context, shown.headline))
    if pivot.known and pivot.missing:
        content.append(x.p(class_="card notice-line", role="status")(_missing(context, shown)))
    if not pivot.rows:
        content.append(_nothing(context, shown))
    else:
        chart = _chart(context, shown)
        movers = movers_card(context, shown.movers, shown.names) if whole and shown.movers else None
        content.append(x.div(class_="grid-cards wide-first")(chart, movers) if movers else chart)
        content.append(x.div(class_="table-card mt-4")(table(context, pivot, shown.names)))
    if whole:
        content.append(anomalies_card(context, shown.anomalies, shown.names))
    return x.section(id="results", tabindex="-1", hx_swap="outerHTML", **swap)(content, _foot(shown))


def heading(context: Context, shown: Shown) -> Element:
    """Title, sum and ways out; changes with the results."""
    pivot, query = shown.pivot, shown.pivot.query
    csv = cost_url(context, query, format="csv")
    actions: list[Child] = [
        x.button(class_="btn js-only", type="button", data_copy_link=True)("Copy link"),
        x.a(class_="btn", href=csv, download=True)("CSV") if pivot.known else None,
        x.a(class_="btn", href=cost_url(context, query, api="/api"))("JSON"),
    ]
    asked = x.span(title=utc(shown.taken))(f"Cost Explorer asked {ago(context.now, shown.taken)}")
    told = line(
        spent(pivot.total) if pivot.known else "unknown",
        period_span(pivot.periods[0], pivot.periods[-1]) if pivot.known else None,
        "not all of it is known" if pivot.known and pivot.missing else None,
        asked,
    )
    return x.div(id="heading")(page_head(x.h1("Costs"), None, actions), told)


def _chart(context: Context, shown: Shown) -> Element:
    pivot, headline = shown.pivot, shown.headline
    last = headline and pivot.periods and pivot.periods[-1] == headline.month and not pivot.query.filters
    forecast = headline.forecast if headline and last else None
    unit = "day" if pivot.query.unit == "day" else "month"
    title = f"Cost by {unit}"
    note = f"by {pivot.query.by}" + (", * so far" if pivot.open else "")
    return card(title, columns(context, pivot, shown.names, forecast), note=note)


def _nothing(context: Context, shown: Shown) -> Element:
    """Either the time is known and cost nothing, or nothing is known of it."""
    pivot = shown.pivot
    every = x.p(x.a(class_="link", href=cost_url(context))("All costs"))
    if not pivot.known:
        return x.div(class_="card empty")(x.h2("Unknown"), x.p(_missing(context, shown)), every)
    what = "with these filters " if pivot.query.filters else ""
    when = period_span(pivot.periods[0], pivot.periods[-1])
    return x.div(class_="card empty")(x.h2("Nothing was spent"), x.p(f"Nothing {what}in {when}."), every)


def _missing(context: Context, shown: Shown) -> list[Child]:
    """What is not known of the time that was asked for, and what is known instead."""
    pivot, months = shown.pivot, shown.months
    unit = "Days" if pivot.query.unit == "day" else "Months"
    kept = f"{unit} are known from {period_span(*pivot.kept)}." if pivot.kept[0] else f"{unit} are not known."
    if months is None or not months.known:
        return [kept]
    when = period_span(months.periods[0], months.periods[-1])
    link = x.a(class_="link", href=cost_url(context, months.query))(
        f"By month: {spent(months.total)} in {when}"
    )
    return [link, ". ", kept]


def _foot(shown: Shown) -> Element:
    spent = shown.spent
    asked = (
        f" with {spent.requests} of {spent.most} requests (${spent.requests / 100:.2f})" if spent.most else ""
    )
    return x.p(class_="mut cost-foot")(
        f"Cost Explorer, {METRIC.get(shown.metric, shown.metric)}, in USD and UTC, all record types. "
        f"Asked on {utc(shown.taken)}{asked}; it restates the last 14 days. "
        "Figures by two dimensions are shown only where one query grouped by both."
    )
