"""To collect again: the button, and what has come of it."""

from __future__ import annotations

from dataclasses import dataclass

from dom import Element, x
from services.models.scope import ScopeHead
from services.models.values import iso
from views.context import Context
from views.format import ago, number, plural
from views.icons import SMALL
from views.links import sync_url
from views.parts import account_name, type_title


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
    label = f"Collect {what} again"
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


def notes(context: Context, again: Again) -> list[Element | None]:
    """What stands above the board: what is under way, what came of it, and why nothing can be asked for."""
    return [
        _asked(context, again) if again.asked else None,
        x.p(class_="card notice-line", role="status")("Collecting again failed. ", again.trouble)
        if again.trouble
        else None,
        x.p(class_="mut mb-4")("“Collect again” is off: ", again.refusal) if again.refusal else None,
    ]


def _asked(context: Context, again: Again) -> Element:
    """Asks for itself again until all is there; without JavaScript there is a link to do so."""
    url = sync_url(context, account=again.account, type=again.type, asked=again.asked)
    polls = bool(again.waiting and again.at_work)
    poll = {"hx_get": url, "hx_trigger": "every 2s", "hx_select": "#collecting", "hx_swap": "outerHTML"}
    what = account_name(context, again.account) + (f" · {type_title(again.type)}" if again.type else "")
    return x.div(class_="card collecting mb-4", id="collecting", role="status", **(poll if polls else {}))(
        _progress(context, again, what, url) if polls else _result(context, again, what)
    )


def _progress(context: Context, again: Again, what: str, url: str) -> list[Element]:
    done = len(again.heads) - again.waiting
    return [
        x.span(class_="dot pulse"),
        x.span(f"Collecting {what}: {number(done)} of {plural(len(again.heads), 'scope')} done"),
        x.a(class_="link mut", href=url)("Look again"),
    ]


def _result(context: Context, again: Again, what: str) -> list[Element | None]:
    failed = sum(head.status != "ok" for head in again.heads)
    throttles = sum(head.throttles or 0 for head in again.heads)
    found = sum(head.count for head in again.heads)
    if again.waiting:
        left = plural(again.waiting, "scope")
        return [x.span(class_="chip bad")("not collected"), x.span(f"{what}: {left} did not come to an end")]
    board = sync_url(context, account=again.account, type=again.type)
    newest = iso(max((head.attempted for head in again.heads), default=0))
    return [
        x.span(class_="dot on"),
        x.span(f"{what} collected {ago(context.now, newest)}: {plural(found, 'resource')}"),
        x.span(class_="chip bad")(f"{plural(failed, 'scope')} failed") if failed else None,
        x.span(class_="mut")(f"{plural(throttles, 'throttle')}") if throttles else None,
        x.a(class_="link mut", href=board)("Show the board"),
        x.span(hx_get=board, hx_trigger="load", hx_target="#board", hx_select="#board", hx_swap="outerHTML"),
    ]
