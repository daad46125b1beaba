"""Costs at a glance, as cards: the month, what changed, and what AWS finds odd."""

from __future__ import annotations

from collections.abc import Mapping

from dom import Child, Element, x
from services.models.domain.costs import Anomaly, CostQuery, Headline, Mover, Movers
from views.links.context import Context
from views.links.costs import cost_url, key_title, period_title
from views.links.format import UNKNOWN, dated, usd
from views.parts.cost_words import against, forecast_note, percent, signed, spent, to_date_title, worse
from views.parts.parts import card

MOST = 6  # lines of a card


def figures(context: Context, headline: Headline) -> Element:
    """The month of the last day: so far, to come, and against the one before."""
    change = Mover("", "", headline.same_days or 0, headline.to_date)
    known, before = headline.same_days is not None, "Month before" if headline.is_whole else "Last month"
    return x.div(class_="figures four")(
        _figure(to_date_title(headline), spent(headline.to_date), f"up to {period_title(headline.last_day)}"),
        _figure("Forecast", _money(headline.forecast), forecast_note(headline)),
        _figure(
            "Change",
            signed(change.change) if known else "unknown",
            against(headline),
            worse(change) if known else "",
        ),
        _figure(before, _money(headline.last_month), "in whole"),
    )


def movers_card(context: Context, movers: Movers, names: Mapping[str, str], most: int = MOST) -> Element:
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


def anomalies_card(
    context: Context, anomalies: tuple[Anomaly, ...] | None, names: Mapping[str, str]
) -> Element | None:
    """What AWS found; None where it found nothing. anomalies: None where they may not be read."""
    if anomalies is None:
        told: Child = x.p(class_="mut")("unknown: the role may not call ce:GetAnomalies")
    elif not anomalies:
        return None
    else:
        told = x.div(class_="lines")([_anomaly(context, each, names) for each in anomalies[:MOST]])
    return card("Anomalies", told, note="of AWS Cost Anomaly Detection, last 60 days", classes="card mt-4")


def _anomaly(context: Context, anomaly: Anomaly, names: Mapping[str, str]) -> Element:
    where = [key_title(names, "account", anomaly.account) if anomaly.account else "", anomaly.region]
    when = dated(f"{anomaly.first} to {anomaly.last}" if anomaly.last else f"since {anomaly.first}")
    url = cost_url(
        context, CostQuery("service", {"account": anomaly.account}) if anomaly.account else CostQuery()
    )
    return x.a(href=url)(
        x.span(class_="two")(
            x.b(key_title(names, "service", anomaly.service)),
            x.span(" · ".join(filter(None, (*where, when)))),
        ),
        x.span(class_="end num up")(f"+{usd(anomaly.impact, table=False)}"),
    )


def _figure(label: str, value: str, note: str, classes: str = "") -> Element:
    return x.div(class_="figure")(
        x.div(class_="mut")(label),
        x.div(class_=f"figure-value {classes}" if classes else "figure-value")(value),
        x.div(class_="figure-note", title=note)(note),
    )


def _money(nanos: int | None) -> str:
    return UNKNOWN if nanos is None else spent(nanos)
