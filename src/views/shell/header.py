"""The header: search, account scope, theme, who."""

from __future__ import annotations

from dom import Child, Element, x
from services.models.everything.query import Query
from views.links.context import Context
from views.links.format import initials
from views.links.links import account_url, list_url, only_value, query_parameters, without_all
from views.parts.icons import ICONS, SMALL
from views.parts.parts import account_classes, account_name, square, type_title


def header(context: Context, query: Query | None) -> Element:
    """query: of the list on the page; search and account scope then stay within it."""
    return x.header(class_="top")(
        x.button(class_="square burger", type="button", popovertarget="side", aria_label="Menu")(
            ICONS["menu"]
        ),
        search(context, query),
        x.div(class_="ml-auto")(scope(context, query)),
        _theme(context, query),
        _who(context),
    )


def search(context: Context, query: Query | None) -> Element:
    """A plain GET form; on a list htmx swaps the results while one types."""
    listed = query or Query()
    action = list_url(context, Query(type=listed.type))
    label = f"Search {type_title(listed.type)}" if listed.type else "Search all resources"
    hint = f"{label} by name, id, tag, IP" if listed.type else "Search name, id, tag, IP, ARN"
    live = {} if query is None else _active(action)
    return x.form(class_="search", id="search", role="search", method="get", action=action, **live)(
        ICONS["search"],
        x.input(
            type="search",
            name="q",
            id="q",
            value=query.text if query else context.search,
            placeholder=hint,
            aria_label=label,
            autocomplete="off",
            spellcheck="false",
            maxlength=500,
        ),
        [
            x.input(type="hidden", name=name, value=value)
            for name, value in query_parameters(listed)
            if name not in ("q", "page")
        ],
        x.kbd("/"),
        x.button(class_="btn", type="submit")("Search"),
    )


def _active(action: str) -> dict[str, str]:
    return {
        "hx_get": action,
        "hx_trigger": "input changed delay:200ms from:#q, submit",
        "hx_target": "#results",
        "hx_select": "#results",
        "hx_swap": "outerHTML",
        "hx_sync": "this:replace",
        "hx_replace_url": "true",
        "hx_indicator": "#results",
    }


def scope(context: Context, query: Query | None) -> Element:
    """Which accounts the list shows; elsewhere a way to the resources of one."""
    chosen = query.filters.get("account", ()) if query else ()
    label = "All accounts" if not chosen else f"{len(chosen)} accounts"
    if len(chosen) == 1:
        label = account_name(context, chosen[0])
    every = list_url(context, without_all(query or Query(), "account"))
    colours = account_classes(context)
    links: list[Child] = [
        x.a(
            href=list_url(context, only_value(query, "account", id)) if query else account_url(context, id),
            title=id,
            aria_current="true" if id in chosen else None,
        )(square(colours[id]), name)
        for id, name in (context.accounts or {}).items()
    ]
    return x.details(class_="menu", id="scope")(
        x.summary(class_="btn", aria_label=f"Account scope: {label}")(
            x.span(class_="scope-name")(label), x.span(class_="only-phone")(ICONS["accounts"]), SMALL["down"]
        ),
        x.div(class_="panel")(
            x.a(href=every, aria_current=None if chosen else "true")("All accounts"), links
        ),
    )


def _theme(context: Context, query: Query | None) -> Element:
    back = list_url(context, query).removeprefix(context.prefix) if query else context.path
    return x.form(method="post", action=f"{context.prefix}/theme", data_theme_switch=True)(
        x.input(type="hidden", name="csrf", value=context.csrf),
        x.input(type="hidden", name="next", value=back),
        x.button(
            class_="square to-dark", name="theme", value="dark", aria_label="Dark theme", title="Dark theme"
        )(ICONS["moon"]),
        x.button(
            class_="square to-light",
            name="theme",
            value="light",
            aria_label="Light theme",
            title="Light theme",
        )(ICONS["sun"]),
    )


def _who(context: Context) -> Element:
    return x.details(class_="menu")(
        x.summary(aria_label=f"Signed in as {context.identity}", title=context.identity)(
            x.span(class_="who")(initials(context.identity))
        ),
        x.div(class_="panel")(
            x.p(context.identity),
            x.a(href=context.logout_url)("Sign out") if context.logout_url else None,
        ),
    )
