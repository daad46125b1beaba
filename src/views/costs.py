"""Costs: what was spent, by account, service, region and owner, month by month or day by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dom import Child, Element, x
from services.models.costs import (
    DIMENSIONS,
    Anomaly,
    CostQuery,
    Headline,
    Mover,
    Movers,
    Pivot,
    Spent,
    cents_of,
)
from services.models.values import cents
from views import layout
from views.context import Context
from views.cost_chart import columns
from views.cost_links import (
    TITLES,
    can_cut,
    cost_parameters,
    cost_url,
    day_title,
    key_title,
    month_title,
    period_title,
)
from views.cost_table import table
from views.cost_words import against, percent, signed, worse
from views.facets import chip
from views.format import money, utc
from views.parts import card, page_head

MOVERS = 6
DAYS = 31  # that "by day" shows first
METRIC = {"unblended": "unblended costs, as bills have them", "amortized": "amortized costs"}


@dataclass(frozen=True)
class Shown:
    """names: account id -> name. months, days: that are known. spent: requests of the last collection."""

    pivot: Pivot
    names: Mapping[str, str]
    months: tuple[str, ...]
    days: tuple[str, ...]
    metric: str
    taken: str
    headline: Headline | None = None
    movers: Movers | None = None
    anomalies: tuple[Anomaly, ...] | None = ()
    spent: Spent = field(default_factory=Spent)


def view(context: Context, shown: Shown) -> Element:
    """The whole page."""
    return layout.page(context, "Costs", [heading(context, shown), results(context, shown)])


def empty(context: Context) -> Element:
    """The page of an estate whose costs nobody asked for."""
    told = x.div(class_="card empty")(
        x.h2("No costs yet"),
        x.p("Ask Cost Explorer, at about fifteen cents: ", x.code("inv costs")),
    )
    return layout.page(context, "Costs", [page_head(x.h1("Costs")), told])


def results(context: Context, shown: Shown) -> Element:
    """What changes with the form and the links."""
    query, pivot = shown.pivot.query, shown.pivot
    swap = {"hx_target": "#results", "hx_select": "#results", "hx_select_oob": "#heading"}
    whole = not query.filters and query.unit == "month"
    content: list[Child] = [_form(context, shown), _chips(context, shown)]
    if whole and shown.headline:
        content.append(figures(context, shown.headline))
    if not pivot.rows:
        content.append(_nothing(context))
    else:
        chart = _chart(context, shown)
        movers = movers_card(context, shown.movers, shown.names) if whole and shown.movers else None
        content.append(x.div(class_="grid-cards wide-first")(chart, movers) if movers else chart)
        content.append(x.div(class_="table-card mt-4")(table(context, pivot, shown.names)))
    if whole:
        content.append(_anomalies(context, shown))
    return x.section(id="results", tabindex="-1", hx_swap="outerHTML", **swap)(content, _foot(shown))


def figures(context: Context, headline: Headline) -> Element:
    """The month that is not over: so far, to come, and against the one before."""
    change = Mover("", "", headline.same_days or 0, headline.to_date)
    known = headline.same_days is not None
    return x.div(class_="figures four")(
        _figure("Month to date", money(cents_of(headline.to_date)), f"up to {day_title(headline.last_day)}"),
        _figure("Forecast", _money(headline.forecast), f"for all of {month_title(headline.month)}"),
        _figure(
            "Change",
            signed(change.change) if known else "unknown",
            against(headline),
            worse(change) if known else "",
        ),
        _figure("Last month", _money(headline.last_month), "in whole"),
    )


def movers_card(context: Context, movers: Movers, names: Mapping[str, str], most: int = MOVERS) -> Element:
    """What costs more, and what less."""
    lines = [_mover(context, each, names) for each in movers.moved[:most]]
    return card("What changed", x.div(class_="lines")(lines), note=_stretches(movers))


def _stretches(movers: Movers) -> str:
    """ "Oct ’26 against Sep ’26", "against 1 to 19 Oct"."""
    first, _, last = movers.before.partition(" to ")
    if not last:
        return f"{period_title(movers.after)} against {period_title(first)}"
    return f"against {int(first[-2:])} to {period_title(last)}"


def _mover(context: Context, mover: Mover, names: Mapping[str, str]) -> Element:
    url = cost_url(context, CostQuery("service", {"account": mover.account}))
    return x.a(href=url)(
        x.span(class_="two")(
            x.b(key_title(names, "service", mover.service)),
            x.span(key_title(names, "account", mover.account)),
        ),
        x.span(class_=f"end num {worse(mover)}")(signed(mover.change)),
        x.span(class_="num mut share")(percent(mover)),
    )


def heading(context: Context, shown: Shown) -> Element:
    """Title, sum and ways out; changes with the results."""
    query = shown.pivot.query
    actions: list[Child] = [
        x.button(class_="btn js-only", type="button", data_copy_link=True)("Copy link"),
        x.a(class_="btn", href=cost_url(context, query, format="csv"), download=True)("CSV"),
        x.a(class_="btn", href=cost_url(context, query, api="/api"))("JSON"),
    ]
    note = x.span(class_="mut num")(money(cents_of(shown.pivot.total)))
    return x.div(id="heading")(page_head(x.h1("Costs"), note, actions))


def _form(context: Context, shown: Shown) -> Element:
    """How to cut, and from when to when; a plain GET form."""
    query, action = shown.pivot.query, cost_url(context)
    kept = [(name, value) for name, value in cost_parameters(query) if name not in ("from", "to")]
    swap = {"hx_target": "#results", "hx_select": "#results", "hx_select_oob": "#heading"}
    return x.div(class_="cost-form")(
        _switch(context, shown),
        x.form(
            class_="span", method="get", action=action, hx_get=action, hx_trigger="change, submit",
            hx_replace_url="true", hx_swap="outerHTML", **swap,
        )(
            [x.input(type="hidden", name=name, value=value) for name, value in kept],
            x.label(x.span("From"), _bound(shown, "from")),
            x.label(x.span("To"), _bound(shown, "to")),
            x.button(class_="btn", type="submit")("Show"),
        ),
    )  # fmt: skip


def _switch(context: Context, shown: Shown) -> Element:
    query = shown.pivot.query
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
        for unit, title, each in _units(shown)
    ]
    return x.nav(class_="switch", aria_label="Cut", hx_boost="true")(by, x.span(class_="gap"), units)


def _units(shown: Shown) -> list[tuple[str, str, CostQuery]]:
    query, days = shown.pivot.query, shown.days[-DAYS:]
    made = [("month", "By month", replace(query, first="", last=""))]
    if days:
        made.append(("day", "By day", replace(query, first=days[0], last=days[-1])))
    return made


def _bound(shown: Shown, name: str) -> Element:
    query, periods = shown.pivot.query, shown.pivot.periods
    chosen = query.first if name == "from" else query.last
    chosen = chosen or (periods[0 if name == "from" else -1] if periods else "")
    if query.unit == "day":
        known = {"min": shown.days[0], "max": shown.days[-1]} if shown.days else {}
        return x.input(class_="day", type="date", name=name, value=chosen, **known)
    options = [x.option(value=month, selected=month == chosen)(period_title(month)) for month in shown.months]
    return x.select(name=name)(options)


def _chips(context: Context, shown: Shown) -> Element | None:
    query = shown.pivot.query
    if not query.filters:
        return None
    made = []
    for name, key in query.filters.items():
        rest = {each: value for each, value in query.filters.items() if each != name}
        by = name if not rest else query.by
        url = cost_url(context, replace(query, by=by, filters=rest))
        made.append(chip(TITLES[name].lower(), key_title(shown.names, name, key), url))
    return x.div(class_="filters", hx_boost="true")(made)


def _chart(context: Context, shown: Shown) -> Element:
    pivot, headline = shown.pivot, shown.headline
    last = headline and pivot.periods and pivot.periods[-1] == headline.month and not pivot.query.filters
    forecast = headline.forecast if headline and last else None
    unit = "day" if pivot.query.unit == "day" else "month"
    title = f"Cost by {unit}"
    note = f"by {pivot.query.by}" + (", * so far" if pivot.open else "")
    return card(title, columns(context, pivot, shown.names, forecast), note=note)


def _anomalies(context: Context, shown: Shown) -> Element | None:
    if shown.anomalies is None:
        told: Child = x.p(class_="mut")("unknown: the role may not call ce:GetAnomalies")
    elif not shown.anomalies:
        return None
    else:
        told = x.div(class_="lines")(
            [_anomaly(context, each, shown.names) for each in shown.anomalies[:MOVERS]]
        )
    return card("Anomalies", told, note="of AWS Cost Anomaly Detection, last 60 days", classes="card mt-4")


def _anomaly(context: Context, anomaly: Anomaly, names: Mapping[str, str]) -> Element:
    where = [key_title(names, "account", anomaly.account) if anomaly.account else "", anomaly.region]
    when = f"{anomaly.first} to {anomaly.last}" if anomaly.last else f"since {anomaly.first}"
    url = cost_url(
        context, CostQuery("service", {"account": anomaly.account}) if anomaly.account else CostQuery()
    )
    return x.a(href=url)(
        x.span(class_="two")(
            x.b(key_title(names, "service", anomaly.service)),
            x.span(" · ".join(filter(None, (*where, when)))),
        ),
        x.span(class_="end num up")(f"+{money(cents(str(anomaly.impact)))}"),
    )


def _nothing(context: Context) -> Element:
    return x.div(class_="card empty")(
        x.h2("Nothing was spent"),
        x.p(
            "Nothing is known of these filters in this time. ",
            x.a(class_="link", href=cost_url(context))("All costs"),
        ),
    )


def _foot(shown: Shown) -> Element:
    spent = shown.spent
    asked = (
        f" with {spent.requests} of {spent.most} requests (${spent.requests / 100:.2f})" if spent.most else ""
    )
    return x.p(class_="mut foot")(
        f"Cost Explorer, {METRIC.get(shown.metric, shown.metric)}, in USD and UTC, all record types. "
        f"Asked on {utc(shown.taken)}{asked}; it restates the last 14 days. "
        "Figures by two dimensions are shown only where one query grouped by both."
    )


def _figure(label: str, value: str, note: str, classes: str = "") -> Element:
    return x.div(class_="figure")(
        x.div(class_="mut")(label),
        x.div(class_=f"figure-value {classes}" if classes else "figure-value")(value),
        x.div(class_="figure-note", title=note)(note),
    )


def _money(nanos: int | None) -> str:
    return money(None if nanos is None else cents_of(nanos))
