"""The scopes of one account, or of one type in it: how the last collection of each went."""

from __future__ import annotations

from collections.abc import Iterable

from dom import Element, Safe, text, x
from services.models.kit.scope import ScopeHead
from services.models.kit.values import iso
from views.estate.collecting import Again, button
from views.links.context import Context
from views.links.format import age, number, plural, utc
from views.links.links import sync_url
from views.parts.parts import account, card, region_title, type_title
from views.parts.scopes import state

TITLES = ("Type", "Region", "Last good", "Tried", "Resources", "Took", "Calls", "Throttles", "Result")
CLASSES = ("", "", "r", "r", "r", "r", "r", "r", "result")


def scopes_of(context: Context, heads: Iterable[ScopeHead], again: Again) -> Element:
    """A table of the account's scopes, of the type if one is chosen."""
    chosen = [head for head in heads if head.scope.account == again.account]
    chosen = [head for head in chosen if not again.type or head.scope.type == again.type]
    title = f"{type_title(again.type)} in " if again.type else "All of "
    rows = "".join(_row(context, head) for head in chosen)
    head = [x.th(class_=css or None, scope="col")(title) for title, css in zip(TITLES, CLASSES, strict=True)]
    return card(
        "Scopes",
        x.div(class_="actions")(
            button(context, again, again.account, again.type) if chosen else None,
            x.a(class_="btn", href=sync_url(context))("Close"),
        ),
        x.div(class_="scroll table-card mt-3", tabindex="0", role="region", aria_label="Scopes")(
            x.table(class_="board")(x.thead(x.tr(head)), x.tbody(Safe(rows)))
        )
        if chosen
        else x.p(class_="mut")("nothing of it has been collected"),
        note=[title, account(context, again.account), f", {plural(len(chosen), 'scope')}"],
        classes="card mb-4",
    )


def total(heads: Iterable[ScopeHead], field: str) -> int | None:
    """The sum over these scopes, of those that are known; None when none is."""
    known = [value for head in heads if (value := getattr(head, field)) is not None]
    return sum(known) if known else None


def told(count: int | None, noun: str) -> str:
    return f"unknown {noun}s" if count is None else plural(count, noun)


def _row(context: Context, head: ScopeHead) -> str:
    good, tried = iso(head.generation or None), iso(head.attempted or None)
    result = {
        "ok": f"ok; {head.error}" if head.error else "ok",
        "old": "old",
        "held": "held back",
        "error": head.error or "failed",
    }
    result["closed"] = f"closed: {head.error}"
    status = state(head, context.now, context.demo)
    classes = "chip bad" if status == "error" else "chip held" if status in ("held", "old") else "q"
    values = (
        text(type_title(head.scope.type)),
        text(region_title(head.scope.region)),
        f'<span title="{utc(good)}">{age(context.now, good) or "never"}</span>',
        f'<span title="{utc(tried)}">{age(context.now, tried) or "never"}</span>',
        number(head.count) if head.generation else "unknown",
        f"{head.seconds:.1f} s",
        "unknown" if head.calls is None else number(head.calls),
        "unknown" if head.throttles is None else number(head.throttles),
        f'<span class="{classes}">{text(result[status])}</span>',
    )
    cells = (f'<td class="{css}">{value}</td>' for css, value in zip(CLASSES, values, strict=True))
    return f"<tr>{''.join(cells)}</tr>"
