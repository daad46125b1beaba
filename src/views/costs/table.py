"""The pivot as a table: the darker a cell, the dearer. Made of strings, for there may be thousands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from dom import Element, Safe, text, x
from services.models.domain.costs import CostRow, Pivot, cents_of
from views.costs.chart import sums
from views.links.context import Context
from views.links.costs import TITLES, cost_url, drilled, key_title, period_label, period_title, resources_url
from views.links.format import money, plural
from views.parts.cost_words import spent
from views.parts.parts import ACCOUNT_CLASSES, account_classes

SHOWN = 40  # rows; the others are one
HEAT = ("", "heat-1", "heat-2", "heat-3", "heat-4", "heat-5", "heat-6")


def table(context: Context, pivot: Pivot, names: Mapping[str, str]) -> Element:
    """names: of accounts."""
    known = [row for row in pivot.rows if row.key is not None]
    rest = [row for row in pivot.rows if row.key is None and any(map(cents_of, row.nanos))]
    shown, more = known[:SHOWN], known[SHOWN:]
    most = max((nanos for row in shown for nanos in row.nanos), default=0)
    body = [_row(context, pivot, names, row, most) for row in shown]
    if more:
        body.append(_plain(f"{plural(len(more), 'other')}", CostRow("", sums(more))))
    body += [_plain("not attributed", row) for row in rest]
    head = "".join(
        f'<th scope="col" class="r" title="{period_title(period)}">'
        f"{period_label(period)}{'*' if period in pivot.open else ''}</th>"
        for period in pivot.periods
    )
    head = f'<th scope="col">{TITLES[pivot.query.by]}</th>{head}<th scope="col" class="r total">Total</th>'
    total = _plain("Total", CostRow("", pivot.totals))
    html = f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody><tfoot>{total}</tfoot>"
    return x.div(class_="scroll", tabindex="0", role="region", aria_label="Costs")(
        x.table(class_="pivot")(Safe(html))
    )


def _row(context: Context, pivot: Pivot, names: Mapping[str, str], row: CostRow, most: int) -> str:
    key = row.key or ""
    finer = drilled(pivot.query, key)
    resources = resources_url(context, pivot.query, key)
    url = cost_url(context, finer) if finer else resources
    title = text(key_title(names, pivot.query.by, key))
    name = f'<a href="{text(url)}" title="{text(key)}">{title}</a>' if url else title
    links = _cell_links(context, pivot, key, resources)
    cells = "".join(_cell(nanos, most, next(links)) for nanos in row.nanos)
    return (
        f'<tr><th scope="row">{_square(context, pivot.query.by, key)}{name}</th>{cells}'
        f'<td class="r total">{_whole(row.total)}</td></tr>'
    )


def _cell_links(context: Context, pivot: Pivot, key: str, resources: str | None) -> Iterator[str | None]:
    """What a cell leads to: what stands behind it, at last the resources."""
    finer = drilled(pivot.query, key)
    if finer is None:
        yield from [resources] * len(pivot.periods)
        return
    marker = "0000-00"  # the addresses differ in the period alone
    pattern = cost_url(context, replace(finer, first=marker, last=marker))
    yield from (pattern.replace(marker, period) for period in pivot.periods)


def _cell(nanos: int, most: int, url: str | None) -> str:
    if not nanos:
        return '<td class="r none">–</td>'
    share = max(0.0, nanos / most) if most else 0.0
    heat = HEAT[min(len(HEAT) - 1, 1 + int(share**0.5 * (len(HEAT) - 1)))] if share else ""
    amount = _whole(nanos)
    return f'<td class="r {heat}">' + (f'<a href="{text(url)}">{amount}</a>' if url else amount) + "</td>"


def _plain(title: str, row: CostRow) -> str:
    cells = "".join(f'<td class="r">{_whole(nanos)}</td>' for nanos in row.nanos)
    total = f'<td class="r total">{_whole(row.total)}</td>'
    return f'<tr class="plain"><th scope="row">{text(title)}</th>{cells}{total}</tr>'


def _square(context: Context, by: str, key: str) -> str:
    if by != "account":
        return ""
    colour = account_classes(context).get(key, ACCOUNT_CLASSES[5])
    return f'<i class="sq {colour}"></i>'


def _whole(nanos: int) -> str:
    """Whole dollars from one dollar on: a pivot has many figures. The CSV has all decimals."""
    cents = cents_of(nanos)
    if abs(cents) < 100:
        return spent(nanos)
    return money(round(cents / 100) * 100).removesuffix(".00")
