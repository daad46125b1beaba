"""The freshness board: every scope's last collection, by type and account."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from dom import Child, Element, Safe, text, x
from services.models import RESOURCE_TYPES
from services.models.kit.closed import Spot, closed_scopes, spots_of
from services.models.kit.scope import CLOSED, METRICS, ScopeHead
from services.models.kit.values import iso
from views.estate.collecting import Again, asked, button, notes
from views.estate.scope_table import scopes_of, told, total
from views.links.context import Context
from views.links.format import age, ago, number, plural, utc
from views.links.links import sync_url
from views.parts.list_state import line, not_collected
from views.parts.parts import account, account_name, card, page_head, region_title, type_title
from views.parts.scopes import MARKS, WORST, reason, state
from views.shell import layout

NOTHING_ASKED = Again()
LEGEND = (
    "The age of the oldest scope; ! failed, ? held back, · older than 24 hours, "
    "– closed by a policy of the organisation, ≈ throttled by AWS"
)
WORDS = (
    ("ok", "fresh"),
    ("old", "older than 24 hours"),
    ("held", "held back"),
    ("error", "failing"),
    ("closed", "closed"),
)
Cells = Mapping[tuple[str, str], list[ScopeHead]]  # (type, account) -> its scopes


def view(
    context: Context,
    heads: tuple[ScopeHead, ...],
    again: Again = NOTHING_ASKED,
    left_out: tuple[str, ...] = (),
) -> Element:
    """heads: of every scope. again: what can be collected again, and what the page shows the scopes of.

    left_out: the types that the collection was told to leave out.
    """
    cells: dict[tuple[str, str], list[ScopeHead]] = defaultdict(list)
    for head in heads:
        cells[head.scope.type, head.scope.account].append(head)
    counts = Counter(state(head, context.now, context.demo) for head in heads)
    told = [f"{number(counts[each])} {word}" for each, word in WORDS if counts[each]]
    json = x.a(class_="btn", href=sync_url(context, "/api"))("JSON")
    return layout.page(
        context,
        "Sync",
        [
            page_head(x.h1("Sync"), None, [json]),
            line(plural(len(heads), "scope") if heads else "never collected", *told),
            asked(context, again) if again.asked else None,
            x.div(id="board")(
                notes(again),
                scopes_of(context, heads, again) if again.account else None,
                _troubles(context, heads),
                _closed(context, heads),
                [_board(context, cells, again), x.p(class_="mut mt-3")(LEGEND)] if heads else _empty(context),
                x.p(class_="mut mt-3")(_left_out(left_out)) if left_out else None,
            ),
        ],
    )


def _left_out(types: tuple[str, ...]) -> str:
    known = ", ".join(map(type_title, types))
    return f"Not collected in this environment, so nothing is known of them: {known} (EXCLUDED_TYPES)"


def _board(context: Context, cells: Cells, again: Again) -> Element:
    accounts = [id for id in context.accounts or {} if any(account == id for _, account in cells)]
    types = [name for name in (*RESOURCE_TYPES, METRICS) if any(type == name for type, _ in cells)]
    return x.div(class_="table-card")(
        x.div(class_="scroll", tabindex="0", role="region", aria_label="Scopes by type and account")(
            x.table(class_="board")(
                x.thead(
                    x.tr(
                        x.th(scope="col")("Type"),
                        [x.th(scope="col")(_column(context, id, again)) for id in accounts],
                    )
                ),
                x.tbody([_row(context, name, accounts, cells) for name in types]),
            )
        )
    )


def _column(context: Context, id: str, again: Again) -> Element:
    url = sync_url(context, account=id)
    return x.span(class_="acct")(x.a(href=url)(account(context, id)), button(context, again, id, small=True))


def _row(context: Context, type: str, accounts: list[str], cells: Cells) -> Element:
    made = "".join(_cell(context, type, id, cells.get((type, id), [])) for id in accounts)
    return x.tr(x.th(scope="row")(type_title(type)), Safe(made))


def _cell(context: Context, type: str, id: str, heads: list[ScopeHead]) -> str:
    """The oldest of the cell's scopes, and the worst of their states."""
    if not heads:
        return '<td class="none"></td>'
    worst = min((state(head, context.now, context.demo) for head in heads), key=WORST.index)
    good = iso(min((head.generation for head in heads if head.status != CLOSED), default=0) or None)
    slowest = max(head.seconds for head in heads)
    calls, throttles = total(heads, "calls"), total(heads, "throttles")
    title = (
        f"{type_title(type)} in {account_name(context, id)}: {plural(len(heads), 'scope')}, "
        f"oldest {utc(good) or 'never collected'}, slowest took {slowest:.1f} s, "
        f"{told(calls, 'call')}, {told(throttles, 'throttle')}"
    )
    old = "closed" if worst == CLOSED else age(context.now, good) or "never"
    shown = f"{MARKS[worst]} {old}".strip() + (" ≈" if throttles else "")
    url = sync_url(context, account=id, type=type)
    return f'<td class="{worst}" title="{text(title)}"><a href="{text(url)}">{text(shown)}</a></td>'


def _troubles(context: Context, heads: tuple[ScopeHead, ...]) -> Child:
    bad = [head for head in heads if head.troubled]
    if not bad:
        return None
    return card(
        "Did not succeed",
        x.div(class_="failures")([_trouble(context, head) for head in bad]),
        note="the resources of the last good collection are kept",
        classes="card mb-4",
    )


def _closed(context: Context, heads: tuple[ScopeHead, ...]) -> Child:
    """One line for each account: what nobody in it may see."""
    spots: dict[str, list[Spot]] = defaultdict(list)
    for spot in spots_of(heads):
        spots[spot.account].append(spot)
    words = {id: closed_scopes(spots[id]).words for id in context.accounts or {} if id in spots}
    told = [x.p(account(context, id), f": {said}") for id, said in words.items() if said]
    note = "the organisation decides what can be collected there"
    return card("Closed", x.div(class_="failures")(told), note=note, classes="card mb-4") if told else None


def _trouble(context: Context, head: ScopeHead) -> Element:
    scope, good = head.scope, iso(head.generation or None)
    held = head.status == "held"
    where = (
        f"{account_name(context, scope.account)} · {type_title(scope.type)} · {region_title(scope.region)}"
    )
    tried = iso(head.attempted or None)
    return x.p(
        x.span(class_="chip held" if held else "chip bad")("held" if held else "failed"),
        f" {where}: ",
        x.span(class_="mut")(reason(head)),
        x.span(class_="mut")(f", tried {ago(context.now, tried)}, last good {ago(context.now, good)}"),
    )


def _empty(context: Context) -> Element:
    return x.div(class_="table-card")(not_collected(context))
