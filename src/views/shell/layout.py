"""The page around the content: head, side bar, header."""

from __future__ import annotations

import json

import dom
from dom import Child, Element, x
from services.models.everything.query import Query
from views.links.context import Context
from views.links.links import asset
from views.shell.header import header
from views.shell.sidebar import data_age, sidebar

HTMX = json.dumps(
    {
        "includeIndicatorStyles": False,
        "allowEval": False,
        "allowScriptTags": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        "refreshOnHistoryMiss": True,
        "scrollIntoViewOnBoost": False,
    }
)


def page(
    context: Context, title: str, content: Child, *, query: Query | None = None, refresh: int = 0
) -> Element:
    """A whole page; `dom.document` adds the doctype. query: of the list that the page shows, if it is one.

    refresh: seconds after which the browser asks for it again, 0: never.
    """
    shown = x.div(class_="main")(
        header(context, query),
        _notice(context),
        x.main(class_="content", id="main", tabindex="-1")(content),
        _foot(context),
    )
    skip = x.a(class_="skip", href="#main")("Skip to content")
    live = x.div(class_="sr-only", id="live", aria_live="polite")
    body = x.body(class_="shell")(skip, sidebar(context), shown, live)
    return x.html(lang="en", data_theme=context.theme or None)(_head(context, title, refresh), body)


def _head(context: Context, title: str, refresh: int) -> Element:
    font = asset(context, "inter.woff2")  # by its hashed name, as the style sheet has it
    return x.head(
        x.meta(charset="utf-8"),
        x.meta(name="viewport", content="width=device-width, initial-scale=1"),
        x.meta(name="color-scheme", content="light dark"),
        x.meta(name="referrer", content="same-origin"),
        x.meta(name="htmx-config", content=HTMX),
        dom.refresh(refresh) if refresh else None,
        x.title(f"{title} · Polo"),
        x.link(rel="preload", href=font, as_="font", type="font/woff2", crossorigin="anonymous"),
        x.link(rel="stylesheet", href=asset(context, "dist/main.css")),
        x.link(rel="icon", type="image/svg+xml", href=asset(context, "favicon.svg")),
        x.script(src=asset(context, "htmx.min.js"), defer=True),
        x.script(src=asset(context, "app.js"), defer=True),
    )


def _notice(context: Context) -> Element | None:
    return x.div(class_="notice", role="status")(context.notice) if context.notice else None


def _foot(context: Context) -> Element:
    """What the side bar says of the data, for where it is not in sight: on a phone and on paper."""
    return x.footer(class_="foot")(
        x.span(class_="chip demo")("demo") if context.demo else None, data_age(context)
    )
