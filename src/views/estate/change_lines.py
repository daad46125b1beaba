"""Changes as lines: of a day, of one resource, of late. All of it may be hostile."""

from __future__ import annotations

from collections.abc import Mapping

from dom import Element, Safe, text, x
from services.models.everything.history import ChangeQuery
from services.models.kit.change import Change
from services.models.kit.scope import Key
from views.estate.differences import differences
from views.links.context import Context
from views.links.format import age, ago, cut, label, named, number, utc
from views.links.links import changes_url, resource_url
from views.parts.parts import account, account_classes, account_name, card, region_title, type_title


def entries(context: Context, changes: tuple[Change, ...], known: frozenset[Key]) -> Element:
    """Changes as a list; those of resources that are not `known` lead nowhere."""
    colours = account_classes(context)
    made = "".join(_entry(context, change, change.key in known, colours) for change in changes)
    return x.ul(class_="changes")(Safe(made))


def of_one(context: Context, changes: tuple[Change, ...]) -> Element:
    """The history of one resource, as a card."""
    lines = "".join(
        f'<li>{kind_chip(change.kind)}<div class="fields">{differences(change).html}</div>'
        f'<time class="num" datetime="{text(change.at)}" title="{utc(change.at)}">'
        f"{text(ago(context.now, change.at))}</time></li>"
        for change in changes
    )
    every = changes and x.a(href=changes_url(context, ChangeQuery(text=changes[0].id)))("All changes")
    shown = x.ul(class_="changes of-one")(Safe(lines)) if changes else x.p(class_="mut")("no change seen yet")
    return card("History", shown, note=number(len(changes)) if changes else None, more=every or None)


def lately(context: Context, changes: tuple[Change, ...]) -> Element:
    """The last changes of all, as a card."""
    return card(
        "Changed lately",
        x.div(class_="lines")([_lately(context, change) for change in changes])
        if changes
        else x.p(class_="mut")("nothing differs between the last collections"),
        more=x.a(href=changes_url(context))("All changes"),
    )


def _lately(context: Context, change: Change) -> Element:
    what = ", ".join(label(name) for name in change.fields)
    only_it = ChangeQuery(change.at[:10], change.at[:10], change.id)
    return x.a(href=changes_url(context, only_it))(
        Safe(kind_chip(change.kind)),
        x.span(class_="two")(
            x.b(named(change.name, change.id)),
            x.span(
                f"{what} · " if what else None,
                type_title(change.type),
                " · ",
                account(context, change.account),
            ),
        ),
        x.span(class_="end num mut", title=utc(change.at))(age(context.now, change.at)),
    )


def kind_chip(kind: str) -> str:
    """The word for what happened, with its colour."""
    return f'<span class="kind {text(kind)}">{text(kind)}</span>'


def _entry(context: Context, change: Change, known: bool, colours: Mapping[str, str]) -> str:
    """One <li>. Every value goes through `text`; every address is made of quoted parts."""
    name, id = text(named(change.name, change.id)), text(cut(change.id))
    if known:
        link = f'<a href="{text(resource_url(context, change.key))}">{name}</a>'
    else:
        link = f'<span class="gone" title="{id} is not in the last collection">{name}</span>'
    code = "" if id in (name, "") or change.name == change.id else f" <code>{id}</code>"
    place = (
        f'{text(type_title(change.type))} · <i class="sq {colours.get(change.account, "mut")}"></i> '
        f'<span title="{text(change.account)}">{text(account_name(context, change.account))}</span> · '
        f"{text(region_title(change.region))}"
    )
    gone = "" if known else ' <span class="mut">gone</span>'
    at = f'datetime="{text(change.at)}" title="{utc(change.at)}"'
    return (
        f"<li>{kind_chip(change.kind)}"
        f'<div class="what">{link}{code}{gone}<span class="place">{place}</span></div>'
        f'<div class="fields">{differences(change).html}</div>'
        f'<time class="num" {at}>{text(change.at[11:16])}</time></li>'
    )
