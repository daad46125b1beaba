"""The list of invocations, with its filters."""

from __future__ import annotations

from collections.abc import Sequence

from devserver.inspector.dom import Child, Element, x
from devserver.inspector.filter import Filter, counts
from devserver.inspector.layout import (
    HOME,
    SOURCES,
    Frame,
    dot,
    icon,
    milliseconds,
    moment,
    page,
    status_chip,
)
from devserver.record.invocation import Summary
from devserver.record.invocations import KEPT

FACETS = {"function": "Function", "status": "Status", "source": "Source", "start": "Start"}
TITLES = {"none": "no status", **SOURCES}
NAMES = {"q": "text", "errors": "only"}


def list_page(frame: Frame, found: Sequence[Summary], chosen: Filter) -> Element:
    """found: all that are kept, newest first."""
    shown = [each for each in found if chosen.matches(each)]
    count = f"{len(shown)} of {len(found)}" if chosen.query else f"last {len(found)}"
    head = x.div(class_="head")(
        x.h1("Invocations"),
        x.span(class_="mut num")(count),
        x.div(class_="actions")(
            x.button(class_="btn only-phone", type="button", popovertarget="facets")(
                icon("filter", small=True), "Filters"
            ),
            x.a(class_="btn", href=HOME + chosen.query)(icon("again", small=True), "Refresh"),
        ),
    )
    if not found:
        return page(frame, "Invocations", head, _nothing(frame))
    listing = x.div(class_="listing")(_facets(found, chosen), _table(shown))
    return page(frame, "Invocations", head, _chips(chosen), listing)


def _nothing(frame: Frame) -> Element:
    return x.div(class_="card empty")(
        x.h2("Nothing was invoked yet"),
        x.p("Open ", x.a(class_="link", href=frame.console)("the console"), ", or invoke a function."),
    )


def _chips(chosen: Filter) -> Element | None:
    """The conditions that hold, each with a way to drop it."""
    chips = [
        x.span(class_="chip")(
            f"{NAMES.get(name, name)}: ",
            x.b("failures" if name == "errors" else TITLES.get(value, value)),
            x.a(
                class_="chip-x",
                href=HOME + chosen.with_value(name, "").query,
                aria_label=f"Drop {NAMES.get(name, name)}",
            )(icon("cross", small=True)),
        )
        for name, value in chosen.given
    ]
    return x.div(class_="filters")(chips) if chips else None


def _facets(found: Sequence[Summary], chosen: Filter) -> Element:
    failed = sum(each.failed for each in found if chosen.with_value("errors", "").matches(each))
    errors = _facet_link(chosen, "errors", "1", "failures only", failed)
    lists = [_facet(found, chosen, name, title) for name, title in FACETS.items()]
    return x.aside(class_="facets", id="facets", popover="auto", aria_label="Filters")(
        x.div(class_="facet")(x.h2("Outcome"), errors), lists
    )


def _facet(found: Sequence[Summary], chosen: Filter, name: str, title: str) -> Element | None:
    """Each value with how many there would be of it, the other conditions kept."""
    values = counts((each for each in found if chosen.with_value(name, "").matches(each)), name)
    links = [
        _facet_link(chosen, name, value, TITLES.get(value, value), count) for value, count in values.items()
    ]
    return x.div(class_="facet")(x.h2(title), links) if links else None


def _facet_link(chosen: Filter, name: str, value: str, title: str, count: int) -> Element:
    on = getattr(chosen, name) == value
    return x.a(
        href=HOME + chosen.with_value(name, "" if on else value).query, aria_current="true" if on else None
    )(x.span(title), x.span(class_="num")(count))


def _table(shown: Sequence[Summary]) -> Element:
    if not shown:
        every = x.a(class_="link", href=HOME)("all of them")
        return x.div(class_="table-card")(
            x.p(class_="empty")("No invocation fits these filters. Show ", every, ".")
        )
    head = (("s", ""), ("n", "Request or event"), ("st", "Status"), ("fn", "Function"))
    figures = (("r d", "Duration"), ("r m", "Memory"), ("r w", "Time, UTC"))
    return x.div(class_="table-card")(
        x.div(class_="scroll")(
            x.table(class_="list calls")(
                x.thead(x.tr([x.th(class_=kind, scope="col")(name) for kind, name in head + figures])),
                x.tbody([_row(each) for each in shown]),
            )
        ),
        x.div(class_="pager")(_sum(shown)),
    )


def _sum(shown: Sequence[Summary]) -> str:
    middle = sorted(each.duration for each in shown)[len(shown) // 2]
    failed = sum(each.failed for each in shown)
    cold = sum(each.cold for each in shown)
    return f"{failed} failed · {cold} cold · median {milliseconds(middle)} · the last {KEPT} are kept"


def _row(each: Summary) -> Element:
    marks: list[Child] = []
    if each.cold:
        marks.append(x.span(class_="chip plain small")("cold"))
    if each.source != "http":
        marks.append(x.span(class_="chip small")("replay" if each.source == "replay" else "sample"))
    memory = "unknown" if each.memory is None else f"{each.memory} MB"
    return x.tr(
        x.td(class_="s")(dot(each.failed)),
        x.td(class_="n")(
            x.a(href=f"{HOME}invocations/{each.id}", title=each.title)(_title(each.title)),
            x.span(class_="why")(each.failure) if each.failure else None,
        ),
        x.td(class_="st")(status_chip(each.status, each.failure, each.open)),
        x.td(class_="fn")(each.function, " ", marks),
        x.td(class_="r d")(milliseconds(each.duration)),
        x.td(class_="r m q")(memory),
        x.td(class_="r w q")(moment(each.started)),
    )


def _title(title: str) -> Child:
    method, space, path = title.partition(" ")
    if not (space and method.isupper() and path.startswith("/")):
        return title
    where, mark, query = path.partition("?")
    return x.span(class_="method")(method), where, x.span(class_="mut")(mark + query) if mark else None
