"""Facets and chips: what a list can be filtered by, and what it is filtered by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from dom import Child, Element, Safe, text, x
from services.models.everything.query import FACETS, NONE, FacetValue, Page, Query
from services.models.kit.base import ResourceType
from views.links.context import Context
from views.links.format import label, named, number
from views.links.links import list_url, sorted_by, without_value
from views.parts.icons import SMALL
from views.parts.listing import Toggled, aside, toggled
from views.parts.parts import type_title, value_title

SHOWN = 7  # values of a facet; the others are folded
SORTS = (("name", "Name"), ("account", "Account"), ("created", "Age"), ("cost", "Cost"))


def facets(context: Context, page: Page, kind: ResourceType | None) -> Element:
    """The filters of a list of resources; kind: the type that it is of, None for all."""
    titles = _titles(kind)
    shown = [
        facet(
            context,
            titles.get(name) or label(name),
            name,
            values,
            toggled(page.query, partial(list_url, context)),
            page.about,
        )
        for name, values in page.facets.items()
        if values and not (kind and name == "type")
    ]
    return aside(_sorts(context, page.query), shown)


def facet(
    context: Context,
    title: str,
    name: str,
    values: tuple[FacetValue, ...],
    toggled: Toggled,
    about: bool = False,
) -> Element:
    """The values of one field, the chosen ones first, then by count; toggled: the list with a value more, or
    less.
    """
    sorted_values = sorted(values, key=lambda value: -value.count)
    chosen = [value for value in sorted_values if value.selected]
    rest = [value for value in sorted_values if not value.selected]
    first = chosen + rest[: max(0, SHOWN - len(chosen))]
    folded = rest[max(0, SHOWN - len(chosen)) :]
    return x.div(class_="facet")(
        x.h2(title),
        [_value(context, name, value, toggled, about) for value in first],
        x.details(
            x.summary(f"{len(folded)} more"),
            [_value(context, name, value, toggled, about) for value in folded],
        )
        if folded
        else None,
    )


def _value(context: Context, name: str, value: FacetValue, toggled: Toggled, about: bool) -> Safe:
    """A link, as a string: a page has a hundred."""
    count = f"{'~' if about and value.count else ''}{number(value.count)}"
    title = named(value_title(context, name, value.value), "")
    classes = ' class="missing"' if value.value == NONE else "" if value.count else ' class="zero"'
    current = ' aria-current="true"' if value.selected else ""
    return Safe(
        f'<a href="{text(toggled(name, value))}"{current}>'
        f"<span{classes}>{text(title)}</span>"
        f'<span class="num">{count}</span></a>'
    )


def _sorts(context: Context, query: Query) -> Element:
    """The table's header, for screens that have no room for it."""
    return x.div(class_="facet only-phone")(
        x.h2("Sort"),
        [
            x.a(
                href=list_url(context, sorted_by(query, name)),
                aria_current="true" if name == query.sort else None,
            )(title)
            for name, title in SORTS
        ],
    )


def chips(context: Context, query: Query, kind: ResourceType | None) -> Element | None:
    """The active filters, each with a link that takes it away; None if there are none."""
    made = list(_chips(context, query, _titles(kind)))
    if not made:
        return None
    clear = x.span(class_="hint")("Click a value to filter by it")
    if query.filters or query.text:
        clear = x.a(class_="link mut", href=list_url(context, Query(type=query.type)))("Clear")
    return x.div(class_="filters", hx_boost="true")(made, clear)


def _titles(kind: ResourceType | None) -> dict[str, str]:
    return {column.field: column.label for column in (kind.columns if kind else ())}


def _chips(context: Context, query: Query, titles: Mapping[str, str]) -> Iterable[Child]:
    if query.type:
        common = {name: values for name, values in query.filters.items() if name in (*FACETS, "tag")}
        url = list_url(context, Query(text=query.text, filters=common))  # no other type has its own fields
        yield chip("type", type_title(query.type), url, boost="false")  # another page: the side bar changes
    if query.text:
        url = list_url(context, Query(type=query.type, filters=query.filters))
        yield chip("search", query.text, url)
    for name, values in query.filters.items():
        for value in values:
            url = list_url(context, without_value(query, name, value))
            yield chip(titles.get(name, name).lower(), value_title(context, name, value), url)


def chip(name: str, value: str, url: str, boost: str | None = None) -> Element:
    """An active filter; url: the list without it."""
    seen = named(value, "")
    remove = f"Remove {name} {seen}"
    return x.span(class_="chip")(
        x.span(f"{name}: ", x.b(seen)),
        x.a(class_="chip-x", href=url, hx_boost=boost, aria_label=remove, title="Remove")(SMALL["cross"]),
    )
