"""The page that says what went wrong, and the way out; and the one that asks to wait."""

from __future__ import annotations

from dom import Element, x
from services.models.everything.query import Query
from views.links.context import Context
from views.links.links import home_url, list_url
from views.shell import layout


def view(context: Context, status: int, title: str, detail: str, way_out: str) -> Element:
    """status: of the HTTP response."""
    return layout.page(
        context,
        title,
        x.section(class_="card problem")(
            x.p(class_="mut num")(f"Status {status}"),
            x.h1(title),
            x.p(class_="problem-detail")(detail) if detail else None,
            x.p(class_="way-out")(x.span(class_="mut")("Way out: "), way_out) if way_out else None,
            x.div(class_="flex gap-2 mt-5")(
                x.a(class_="btn main-action", href=home_url(context))("Home"),
                x.a(class_="btn", href=list_url(context, Query()))("All resources"),
            ),
        ),
    )


def wait(context: Context, title: str, detail: str, way_out: str, seconds: int) -> Element:
    """A page that asks for itself again after so many seconds, with JavaScript or without."""
    return layout.page(
        context,
        title,
        x.section(class_="card problem", role="status")(
            x.h1(title),
            x.p(class_="problem-detail num")(detail),
            x.p(class_="way-out mut")(f"{way_out[:1].upper()}{way_out[1:]}"),
        ),
        refresh=seconds,
    )
