"""How fresh the data is: scopes by account and type, and what failed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from dom import Child, Element, Safe, text, x
from services.models import RESOURCE_TYPES
from services.models.everything.collections import Collected, Collections
from services.models.kit.scope import ScopeHead
from services.models.kit.values import iso
from views.links.context import Context
from views.links.format import ago, number, plural, utc
from views.links.links import sync_url
from views.parts.parts import account, account_name, card, region_title, type_title

LISTED = 4  # failures told in full
COLUMNS = 12  # types
WORST = ("error", "held", "old", "ok", "closed")
MARKS = {"error": "!", "held": "?", "old": "·", "ok": "", "closed": "–"}
OLD = timedelta(hours=24)  # a scope that was collected longer ago is not fresh any more
Cells = Mapping[tuple[str, str], Collected]


def freshness(context: Context, collections: Collections) -> Element:
    """A grid of accounts and types; failures in words below it."""
    cells = {(part.account, part.type): part for part in collections.parts}
    types = _columns(context, collections.parts)
    collected = {part.account for part in collections.parts}
    accounts = [id for id in context.accounts or {} if id in collected]
    return card(
        "Freshness",
        x.table(class_="fresh")(
            x.thead(x.tr(x.td(class_="corner"), [_column(name) for name in types])),
            x.tbody([_row(context, id, types, cells) for id in accounts]),
        ),
        failures(context, collections.troubled),
        more=x.a(href=sync_url(context))("All scopes"),
        note=f"{number(context.fresh)} of {plural(collections.scopes, 'scope')}",
    )


def worst_of(part: Collected, context: Context) -> str:
    """One of WORST."""
    if part.failed or part.held:
        return "error" if part.failed else "held"
    if part.closed == part.scopes:
        return "closed"
    return _aged(part.oldest, context.now, context.demo)


def state(head: ScopeHead, now: datetime, demo: bool) -> str:
    """One of WORST. The demo estate does not age."""
    return _aged(head.generation, now, demo) if head.status == "ok" else head.status


def _aged(generation: int, now: datetime, demo: bool) -> str:
    old = now.timestamp() - generation / 1000 > OLD.total_seconds()
    return "old" if old and not demo else "ok"


def _columns(context: Context, parts: Iterable[Collected]) -> list[str]:
    """The types of the grid: those with the worst scopes and the most resources, as many as fit."""
    counts = context.counts or {}
    worst: dict[str, int] = {}
    for part in parts:
        rank = WORST.index(worst_of(part, context))
        worst[part.type] = min(worst.get(part.type, rank), rank)
    first = sorted(worst, key=lambda name: (worst[name], -counts.get(name, 0)))[:COLUMNS]
    return [name for name in RESOURCE_TYPES if name in first]


def _column(name: str) -> Element:
    return x.th(scope="col", title=type_title(name))(x.span(type_title(name)))


def _row(context: Context, id: str, types: list[str], cells: Cells) -> Element:
    made = "".join(_cell(context, id, name, cells.get((id, name))) for name in types)
    return x.tr(x.th(scope="row")(account(context, id)), Safe(made))


def _cell(context: Context, id: str, type: str, cell: Collected | None) -> str:
    if cell is None:
        return '<td class="cell"></td>'
    worst, oldest = worst_of(cell, context), iso(cell.oldest or None)
    what = (
        f"{account_name(context, id)} · {type_title(type)}: {_verdict(worst)}, {_collected(context, oldest)}"
    )
    return (
        f'<td class="cell {worst}" title="{text(what)}">{MARKS[worst]}'
        f'<span class="sr-only">{_verdict(worst)}</span></td>'
    )


def _verdict(status: str) -> str:
    words = {"error": "failed", "held": "held back", "old": "old", "ok": "fresh", "closed": "closed"}
    return words[status]


def _collected(context: Context, moment: str | None) -> str:
    return f"collected {ago(context.now, moment)}" if moment else "never collected"


def failures(context: Context, heads: Iterable[ScopeHead]) -> Child:
    """The scopes that failed or are held back, alike ones as one, LISTED at most; None for none."""
    alike: dict[object, list[ScopeHead]] = defaultdict(list)
    failed = (head for head in heads if head.troubled)
    for head in sorted(failed, key=lambda head: WORST.index(head.status)):
        alike[head.scope.account, head.scope.type, head.status, head.error].append(head)
    if not alike:
        return None
    told = list(alike.values())
    more = x.p(class_="mut")(f"and {number(len(told) - LISTED)} more") if len(told) > LISTED else None
    return x.div(class_="failures")([_failure(context, heads) for heads in told[:LISTED]], more)


def _failure(context: Context, heads: list[ScopeHead]) -> Element:
    """Scopes of one account and type that failed alike: where, why, and how old is what is shown instead."""
    head, scope = heads[0], heads[0].scope
    good = iso(min(head.generation for head in heads) or None)
    held = head.status == "held"
    regions = ", ".join(region_title(head.scope.region) for head in heads)
    where = f"{account_name(context, scope.account)} · {type_title(scope.type)} · {regions}"
    return x.p(
        x.span(class_="chip held" if held else "chip bad")("held" if held else "failed"),
        f" {where}: ",
        x.span(class_="mut")(reason(head)),
        x.span(class_="mut", title=utc(good))(f", last good {ago(context.now, good)}"),
    )


def reason(head: ScopeHead) -> Child:
    """Why a scope's last attempt did not count."""
    if head.status == "held":
        found = "fewer" if head.held_count is None else number(head.held_count)
        return f"{found} found after {number(head.count)}; a second run must agree"
    return x.code(head.error or "no reason given")
