"""The bar charts of Home: each row leads to the resources it counts."""

from __future__ import annotations

from collections.abc import Iterable

from dom import Child, Element, x
from services.models import RESOURCE_TYPES
from services.models.everything.query import NONE, Group, Query, Totals
from views.links.context import Context
from views.links.format import money, number, percent
from views.links.links import account_url, accounts_url, list_url
from views.parts.parts import account, account_classes, account_name, bar, card, gauge, region_title

ROWS = 8


def by_account_chart(context: Context, groups: tuple[Group, ...]) -> Element:
    """Known cost in the accounts' colours, as one bar and as lines."""
    dearest = sorted(groups, key=lambda group: -group.totals.cost)
    colours = account_classes(context)
    whole = sum(group.totals.cost for group in groups)
    parts = [
        (
            group.totals.cost,
            colours.get(group.value, "mut"),
            f"{account_name(context, group.value)} {money(group.totals.cost)}",
        )
        for group in dearest
    ]
    most = max((group.totals.cost for group in groups), default=0)
    return card(
        "Cost by account",
        bar(parts, shape="bar tall"),
        x.div(class_="bars money mt-3")([_account(context, group, most, whole) for group in dearest[:ROWS]]),
        note="known cost a month",
        more=x.a(href=accounts_url(context))("All accounts"),
    )


def _account(context: Context, group: Group, most: int, whole: int) -> Element:
    totals = group.totals
    colour = account_classes(context).get(group.value, "mut")
    unknown = f"{number(totals.unknown)} of {number(totals.count)} unknown" if totals.unknown else "all known"
    return x.a(href=account_url(context, group.value))(
        x.span(class_="name")(account(context, group.value)),
        gauge(totals.cost, most, colour),
        x.span(class_="num")(x.b(_known(totals))),
        x.span(class_="num mut")(percent(totals.cost, whole), " · ", unknown),
    )


def by_type_chart(context: Context, groups: tuple[Group, ...]) -> Element:
    rows = [
        (kind.title, list_url(context, Query(type=kind.name)), group.totals.count, number(group.totals.count))
        for group in groups
        if (kind := RESOURCE_TYPES.get(group.value))
    ]
    return card("Resources by type", _bars(rows, ROWS + 4))


def by_region_chart(context: Context, groups: tuple[Group, ...]) -> Element:
    rows = [
        (
            region_title(group.value),
            list_url(context, Query(filters={"region": (group.value or NONE,)})),
            group.totals.count,
            number(group.totals.count),
        )
        for group in groups
    ]
    return card("Resources by region", _bars(rows, ROWS))


def by_owner_chart(context: Context, groups: tuple[Group, ...]) -> Element:
    """Known cost by owner, dearest first; what nobody owns is a row like the others."""
    dearest = sorted(groups, key=lambda group: -group.totals.cost)
    rows = [
        (
            group.value or "no owner",
            list_url(context, Query(filters={"owner": (group.value or NONE,)})),
            group.totals.cost,
            _known(group.totals),
        )
        for group in dearest
    ]
    return card("Cost by owner", _bars(rows, ROWS), note="known, a month")


def _known(totals: Totals) -> str:
    """Cost a month; of what has no known cost that is unknown, not 0."""
    return money(totals.cost if totals.count > totals.unknown else None)


def _bars(rows: Iterable[tuple[str, str, int, str]], count: int) -> Element:
    """rows: title, address, size, and the size in words."""
    shown = list(rows)[:count]
    most = max((size for _, _, size, _ in shown), default=0)
    lines: list[Child] = [
        x.a(href=url)(
            x.span(class_="name")(title),
            gauge(size, most),
            x.span(class_="num")(words),
        )
        for title, url, size, words in shown
    ]
    return x.div(class_="bars")(lines)
