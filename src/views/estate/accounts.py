"""The accounts: what each holds, costs, and how its collection goes."""

from __future__ import annotations

from dom import Element, x
from services.models.everything.collections import Collected, Collections
from services.models.everything.coverage import Coverage
from services.models.everything.query import Group, Totals
from services.models.kit.values import iso
from views.links.context import Context
from views.links.format import UNKNOWN, ago, money, number, plural, utc
from views.links.links import account_url, accounts_url
from views.parts.list_state import NOTHING_SAID, collected, how_to_collect, line
from views.parts.parts import account, page_head
from views.parts.scopes import freshness
from views.shell import layout


def view(
    context: Context,
    groups: tuple[Group, ...],
    collections: Collections,
    coverage: Coverage = NOTHING_SAID.coverage,
) -> Element:
    """groups: totals by account. coverage: of all scopes."""
    totals = {group.value: group.totals for group in groups}
    ids = list(dict.fromkeys([*(context.accounts or {}), *totals]))
    json = x.a(class_="btn", href=accounts_url(context, "/api"))("JSON")
    content = _table(context, ids, totals, collections) if ids else _empty(context)
    return layout.page(
        context,
        "Accounts",
        [
            page_head(x.h1("Accounts"), None, [json]),
            line(plural(len(ids), "account"), *collected(context, coverage)),
            x.div(class_="table-card mb-4")(content),
            freshness(context, collections) if collections.parts else None,
        ],
    )


def _table(context: Context, ids: list[str], totals: dict[str, Totals], collections: Collections) -> Element:
    titles = ("Account", "Number", "Resources", "Cost/mo", "Unknown cost", "Scopes", "Failing", "Collected")
    columns = ("n", "c2", "r", "cost r", "c3 r", "c4 r", "o r", "g r")
    head = [x.th(class_=css, scope="col")(title) for title, css in zip(titles, columns, strict=True)]
    parts: dict[str, list[Collected]] = {id: [] for id in ids}
    for part in collections.parts:
        parts.setdefault(part.account, []).append(part)
    rows = [_row(context, id, totals.get(id, Totals()), parts[id]) for id in ids]
    return x.table(class_="list accounts", aria_label="Accounts")(x.thead(x.tr(head)), x.tbody(rows))


def _row(context: Context, id: str, totals: Totals, parts: list[Collected]) -> Element:
    failing = sum(part.failed + part.held for part in parts)
    known = totals.count > 0 or any(part.good for part in parts)
    oldest = iso(min((part.good for part in parts if part.good), default=None))
    return x.tr(
        x.td(class_="n")(x.a(href=account_url(context, id))(account(context, id))),
        x.td(class_="c2 q")(x.code(id)),
        x.td(class_="r res")(number(totals.count) if known else UNKNOWN),
        x.td(class_="cost r")(_cost(totals) if known else UNKNOWN),
        x.td(class_="c3 r q")(number(totals.unknown) if known else ""),
        x.td(class_="c4 r q")(number(sum(part.scopes for part in parts))),
        x.td(class_="o r")(x.span(class_="chip bad")(f"{number(failing)} failing") if failing else "none"),
        x.td(class_="g r q", title=utc(oldest))(ago(context.now, oldest)),
    )


def _cost(totals: Totals) -> str:
    if not totals.count:
        return "–"
    return money(totals.cost if totals.count > totals.unknown else None, table=True)


def _empty(context: Context) -> Element:
    return x.div(class_="empty")(x.h2("No accounts yet"), how_to_collect(context))
