"""The side bar: where one can go, and how old the data is."""

from __future__ import annotations

from dom import Child, Element, Safe, text, x
from services.models import RESOURCE_TYPES
from services.models.everything.query import Query
from services.models.kit.base import ResourceType
from views.links.context import Context
from views.links.cop import cop_url
from views.links.costs import cost_url
from views.links.format import ago, number, plural, utc
from views.links.links import accounts_url, changes_url, deployments_url, home_url, list_url, sync_url
from views.links.reports import reports_url
from views.parts.icons import ICONS

SHOWN = 10  # types; as many as leave the whole bar in sight on a laptop


def sidebar(context: Context) -> Element:
    """A column on wide screens, a sheet that a button opens on narrow ones."""
    accounts = None if context.accounts is None else len(context.accounts)
    return x.nav(class_="side", id="side", popover="auto", aria_label="Main")(
        x.a(class_="brand", href=home_url(context))(
            ICONS["logo"], "Polo", x.span(class_="chip demo")("demo") if context.demo else None
        ),
        x.h2("Overview"),
        _entry(context, "/", home_url(context), "Home", "home"),
        _entry(context, "/costs", cost_url(context), "Costs", "costs"),
        _entry(context, "/cop", cop_url(context), "Cloud Cop", "cop"),
        _entry(context, "/changes", changes_url(context), "Changes", "changes"),
        _entry(context, "/reports", reports_url(context), "Reports", "reports"),
        x.h2("Estate"),
        _estate(context),
        x.h2("Govern"),
        _entry(context, "/accounts", accounts_url(context), "Accounts", "accounts", accounts),
        _entry(context, "/sync", sync_url(context), "Sync", "sync"),
        _entry(context, "/deployments", deployments_url(context), "Deployments", "deployments"),
        _foot(context),
    )


def _estate(context: Context) -> list[Child]:
    """All resources, then the types of which there are most; the others are folded."""
    counts = context.counts or {}
    most = sorted((kind.name for kind in RESOURCE_TYPES.values()), key=lambda name: -counts.get(name, 0))[
        :SHOWN
    ]
    first = [kind for kind in RESOURCE_TYPES.values() if kind.name in most and counts.get(kind.name)]
    rest = [kind for kind in RESOURCE_TYPES.values() if kind not in first]
    total = None if context.counts is None else sum(counts.values())
    everything = _entry(
        context, "/resources", list_url(context, Query()), "All resources", "resources", total
    )
    folded = x.details(open=any(_current(context, f"/resources/{kind.name}") for kind in rest))(
        x.summary(class_="nav sub")(plural(len(rest), "more type")),
        [_type(context, kind, None if total is None else counts.get(kind.name, 0)) for kind in rest],
    )
    return [
        everything,
        *(_type(context, kind, counts[kind.name]) for kind in first),
        folded if rest else None,
    ]


def _type(context: Context, kind: ResourceType, count: int | None) -> Safe:
    """An entry, as a string: there are as many as types."""
    current = ' aria-current="page"' if _current(context, f"/resources/{kind.name}") else ""
    return Safe(
        f'<a class="nav sub" href="{text(list_url(context, Query(type=kind.name)))}"{current}>'
        f'{text(kind.title)}<span class="num">{"" if count is None else number(count)}</span></a>'
    )


def _entry(context: Context, path: str, url: str, title: str, icon: str, count: int | None = None) -> Element:
    current = "page" if _current(context, path) else None
    return x.a(class_="nav", href=url, aria_current=current)(
        ICONS[icon],
        title,
        x.span(class_="num")(number(count)) if count is not None else None,
    )


def _current(context: Context, path: str) -> bool:
    """Whether the page is the entry's own, or one below a type's list."""
    below = (path in ("/cop", "/reports") or path.count("/") == 2) and context.path.startswith(f"{path}/")
    return context.path == path or below


def _foot(context: Context) -> Element:
    return x.div(class_="side-foot")(data_age(context))


def data_age(context: Context) -> list[Child]:
    """When the newest collection was, and how many scopes are fresh."""
    if context.counts is None:
        return [x.p("Not read yet")]
    if not context.scopes:
        return [x.p("Nothing collected yet")]
    good = context.fresh == context.scopes
    return [
        x.p(class_="acct", title=utc(context.collected))(
            x.span(class_="dot on" if good else "dot off"), f"Collected {ago(context.now, context.collected)}"
        ),
        x.p(class_="num")(f"{number(context.fresh)} of {plural(context.scopes, 'scope')} fresh"),
    ]
