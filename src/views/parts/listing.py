"""What every list has around its rows: what one can do with it, its filters, and the way to other pages."""

from __future__ import annotations

from collections.abc import Callable

from dom import Child, Element, x
from services.models.everything.query import FacetValue
from views.links.format import number
from views.links.links import Listed, with_value, without_value
from views.parts.icons import SMALL

Toggled = Callable[[str, FacetValue], str]  # field and value -> address


def actions(csv: str, json: str, *, filters: bool) -> list[Child]:
    """csv, json: addresses, csv "" where there is no file. filters: whether there are any, which a button
    opens on narrow screens.
    """
    opens = {"type": "button", "popovertarget": "facets"}
    return [
        x.button(class_="btn only-phone", **opens)(SMALL["filter"], "Filters") if filters else None,
        x.button(class_="btn js-only", type="button", data_copy_link=True)("Copy link"),
        x.a(class_="btn", href=csv, download=True)("CSV") if csv else None,
        x.a(class_="btn", href=json)("JSON"),
    ]


def aside(*parts: Child) -> Element:
    """The filters: a column beside the rows on wide screens, a sheet on narrow ones."""
    return x.aside(class_="facets", id="facets", popover="auto", aria_label="Filters", hx_boost="true")(parts)


def toggled(query: Listed, address: Callable[[Listed], str]) -> Toggled:
    """Where a click on a value leads: to the list with that value too, or without it if it is chosen."""

    def toggle(name: str, value: FacetValue) -> str:
        change = without_value if value.selected else with_value
        return address(change(query, name, value.value))

    return toggle


def shown(page: int, size: int, rows: int, count: str) -> str:
    """Which rows of all that page has, as "51–100 of 130"; size: rows of a full page."""
    first = (page - 1) * size + 1
    return f"{number(first)}–{number(first + rows - 1)} of {count}"


def pager(rows: str, note: str, page: int, pages: int, address: Callable[[int], str]) -> Element:
    """The foot of a list. rows: what is shown, "" for nothing. note: what all of it comes to."""
    turn = x.nav(aria_label="Pages")(
        _turn("Previous", page - 1, pages, address), _turn("Next", page + 1, pages, address)
    )
    return x.div(class_="pager", hx_boost="true")(
        x.span(class_="num")(rows) if rows else None,
        x.span(class_="num")(note),
        turn if pages > 1 else None,
    )


def _turn(label: str, page: int, pages: int, address: Callable[[int], str]) -> Element:
    if not 1 <= page <= pages:
        return x.span(class_="btn", aria_disabled="true")(label)
    return x.a(class_="btn", href=address(page), rel=label[:4].lower())(label)
