"""To collect again: the button, and what has come of it."""

from __future__ import annotations

from dataclasses import dataclass

from dom import Element, x
from services.models.kit.closed import closed_scopes, spots_of
from services.models.kit.scope import ScopeHead
from services.models.kit.values import iso
from views.links.context import Context
from views.links.format import ago, number, plural
from views.links.links import sync_url
from views.parts.icons import SMALL
from views.parts.parts import account_name, type_title


@dataclass(frozen=True)
class Again:
    """What can be collected again, and what has been asked for.

    refusal: why nothing can. under_way: what is being collected now, so that nothing else can be.
    trouble: how the last one ended, if not well. account, type: what the page shows the scopes of; type ""
    for all. asked: generation (milliseconds since 1970) that those scopes are to reach, 0 for none. heads: of
    these scopes, as they are now. at_work: whether they may still come.
    """

    refusal: str = ""
    under_way: str = ""
    trouble: str = ""
    account: str = ""
    type: str = ""
    asked: int = 0
    heads: tuple[ScopeHead, ...] = ()
    at_work: bool = False

    @property
    def waiting(self) -> int:
        return sum(head.attempted < self.asked for head in self.heads)


def button(context: Context, again: Again, account: str, type: str = "", *, small: bool = False) -> Element:
    """A form of its own; where it can't work, its title says why."""
    what = f"{account_name(context, account)}{f' {type_title(type)}' if type else ''}"
    why = again.refusal or (again.under_way and f"{again.under_way} is being collected")
    label = f"Collect again: {what}"
    return x.form(method="post", action=f"{sync_url(context)}/collect", class_="again")(
        x.input(type="hidden", name="csrf", value=context.csrf),
        x.input(type="hidden", name="account", value=account),
        x.input(type="hidden", name="type", value=type) if type else None,
        x.button(
            class_="square" if small else "btn",
            type="submit",
            aria_label=label,
            title=f"{label}: not now, {why}" if why else label,
            disabled=bool(why),
        )(SMALL["sync"], None if small else "Collect again"),
    )


def notes(again: Again) -> list[Element | None]:
    """What stands above the board: how the last collection failed, and why none can be asked for."""
    failed = x.p(class_="card notice-line", role="status")("Collecting again failed. ", again.trouble)
    return [
        failed if again.trouble else None,
        x.p(class_="mut mb-4")("“Collect again” is off: ", again.refusal) if again.refusal else None,
    ]


def asked(context: Context, again: Again) -> Element:
    """What came of what was asked for.

    It asks for itself again until all is there, and then for the board; without JavaScript there are links.
    """
    here = sync_url(context, account=again.account, type=again.type, asked=again.asked)
    board = sync_url(context, account=again.account, type=again.type)
    polls = bool(again.waiting and again.at_work)
    poll = {"hx_get": here, "hx_trigger": "every 2s", "hx_select": "#collecting", "hx_swap": "outerHTML"}
    what = account_name(context, again.account) + (f" · {type_title(again.type)}" if again.type else "")
    then = {"hx_get": board, "hx_trigger": "load", "hx_select": "#board", "hx_swap": "outerHTML"}
    return x.div(class_="card collecting mb-4", id="collecting", role="status", **(poll if polls else {}))(
        _progress(again, what) if polls else _result(context, again, what),
        x.a(class_="link mut", href=here if polls else board)("Look again" if polls else "Show the board"),
        None if polls else x.span(hx_target="#board", **then),
    )


def _progress(again: Again, what: str) -> list[Element]:
    done = f"{number(len(again.heads) - again.waiting)} of {plural(len(again.heads), 'scope')} done"
    return [x.span(class_="dot pulse"), x.span(f"Collecting {what}: {done}")]


def _result(context: Context, again: Again, what: str) -> list[Element | None]:
    if again.waiting:
        left = plural(again.waiting, "scope")
        return [x.span(class_="chip bad")("not collected"), x.span(f"{what}: {left} did not come to an end")]
    failed = sum(head.troubled for head in again.heads)
    closed = closed_scopes(spots_of(again.heads)).words
    throttles = sum(head.throttles or 0 for head in again.heads)
    found = sum(head.count for head in again.heads)
    newest = iso(max((head.attempted for head in again.heads), default=0))
    return [
        x.span(class_="dot on"),
        x.span(f"{what} collected {ago(context.now, newest)}: {plural(found, 'resource')}"),
        x.span(class_="chip bad")(f"{plural(failed, 'scope')} failed") if failed else None,
        x.span(class_="mut")(closed) if closed else None,
        x.span(class_="mut")(plural(throttles, "throttle")) if throttles else None,
    ]
