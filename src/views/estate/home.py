"""Home: the estate at a glance. Every figure is computed from what is given."""

from __future__ import annotations

from collections.abc import Mapping

from dom import Child, Element, x
from services.models.domain.costs import Spending
from services.models.everything.collections import Collections
from services.models.everything.query import Group, Query, Row, Totals
from services.models.kit.change import Change
from views.costs.cards import movers_card
from views.costs.chart import columns
from views.estate.change_lines import lately
from views.links.context import Context
from views.links.costs import cost_url
from views.links.format import age, named, utc
from views.links.links import detail_url, list_url
from views.parts.charts import by_account_chart, by_owner_chart, by_region_chart, by_type_chart
from views.parts.figures import figures
from views.parts.parts import account, card, dot, page_head, type_title
from views.parts.scopes import freshness
from views.shell import layout

AGAIN = 3  # seconds until the page asks for cards that are on their way


def view(
    context: Context,
    *,
    totals: Totals,
    by_account: tuple[Group, ...],
    by_type: tuple[Group, ...],
    by_region: tuple[Group, ...],
    by_owner: tuple[Group, ...],
    newest: tuple[Row, ...],
    collections: Collections,
    changes: tuple[Change, ...] | None = None,
    spending: Spending | None = None,
    flagged: Element | None = None,
    on_their_way: Mapping[str, str] | None = None,
) -> Element:
    """totals: of the whole estate. by_...: the same in groups. newest: what was created last.

    changes: the last ones; None where they are not at hand. spending: None where no costs are known.
    flagged: what Cloud Cop found, as a card. on_their_way: title of a card that is still being made, and how
    far that is; the page then asks for itself again.
    """
    coming = {title: _coming(title, told) for title, told in (on_their_way or {}).items()}
    date = f"{context.now:%A} {utc(context.now.isoformat())}"
    head = page_head(x.h1("Home"), x.span(class_="mut")(date))
    if not totals.count and not collections.parts:
        return layout.page(context, "Home", [head, _empty()])
    content: list[Child] = [
        head,
        figures(context, totals, by_account, by_type, by_region, by_owner, collections, spending),
        _costs(context, spending) if spending else _below(coming.get("Cost by month")),
        x.div(class_="grid-cards wide-first")(
            by_account_chart(context, by_account), _newest(context, newest)
        ),
        x.div(class_="grid-cards thirds")(
            x.div(class_="stack")(
                by_type_chart(context, by_type), None if changes is None else lately(context, changes)
            ),
            x.div(class_="stack")(
                flagged or coming.get("Cloud Cop"),
                by_owner_chart(context, by_owner),
                by_region_chart(context, by_region),
            ),
            freshness(context, collections),
        ),
    ]
    return layout.page(context, "Home", content, refresh=AGAIN if coming else 0)


def _coming(title: str, told: str) -> Element:
    return card(title, x.p(class_="mut num")(told), note="on its way")


def _below(shown: Element | None) -> Element | None:
    return x.div(class_="mb-4")(shown) if shown else None


def _costs(context: Context, spending: Spending) -> Element:
    """Columns by month, and what changed."""
    headline, pivot = spending.headline, spending.pivot
    forecast = headline.forecast if pivot.periods[-1:] == (headline.month,) else None
    chart = card(
        "Cost by month",
        columns(context, pivot, spending.names, forecast),
        note=f"by account, {headline.metric}",
        more=x.a(href=cost_url(context))("All costs"),
    )
    movers = movers_card(context, spending.movers, spending.names) if spending.movers else None
    return (
        x.div(class_="grid-cards wide-first mb-4")(chart, movers) if movers else x.div(class_="mb-4")(chart)
    )


def _newest(context: Context, rows: tuple[Row, ...]) -> Element:
    every = list_url(context, Query(sort="created", descending=True))
    return card(
        "Newest",
        x.div(class_="lines")([_line(context, row) for row in rows]),
        more=x.a(href=every)("All by age"),
    )


def _line(context: Context, row: Row) -> Element:
    return x.a(href=detail_url(context, row))(
        dot(row.type, row.state),
        x.span(class_="two")(
            x.b(named(row.name, row.id)), x.span(type_title(row.type), " · ", account(context, row.account))
        ),
        x.span(class_="end num mut", title=utc(row.created))(age(context.now, row.created)),
    )


def _empty() -> Element:
    return x.div(class_="card empty")(
        x.h2("Nothing collected yet"),
        x.p("Collect your AWS accounts: ", x.code("inv sync")),
        x.p("Or look at the demo estate: ", x.code("inv run --demo")),
    )
