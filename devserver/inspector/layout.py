"""The frame of the inspector's pages, and the parts that several of them share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from devserver.inspector.dom import Child, Element, Safe, text, x

HOME = "/__polo__/"
FUNCTIONS = f"{HOME}functions"
SOURCES = {"http": "from a client", "inspector": "from the inspector", "replay": "replayed"}

_ICONS = {
    "logo": '<circle cx="12" cy="12" r="9.2"/><path d="M12 3v3M12 18v3M3 12h3M18 12h3"/>'
    '<path d="M12 7.2l2 4.8-2 4.8-2-4.8z" fill="currentColor" stroke="none"/>',
    "calls": '<path d="M4 6h4l3 12 3-9 2 5h4"/>',
    "functions": '<path d="M5 4h3l8 16h3M11 10l-6 10"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "out": '<path d="M13 5h6v6M19 5l-9 9M16 14v5H5V8h5"/>',
    "cross": '<path d="M6 6l12 12M18 6L6 18"/>',
    "chevron": '<path d="M9 5l7 7-7 7"/>',
    "again": '<path d="M19 12a7 7 0 1 1-2.2-5.1M19 4v4.5h-4.5"/>',
    "play": '<path d="M8 5.5v13l10.5-6.5z" fill="currentColor"/>',
    "filter": '<path d="M4 6h16M7 12h10M10 18h4"/>',
}


@dataclass(frozen=True)
class Frame:
    """What every page needs. theme: light, dark, or "" for the system's; console: where Polo itself is."""

    current: str
    theme: str
    token: str
    console: str
    calls: int = 0
    functions: int = 0
    conditions: tuple[tuple[str, str], ...] = ()  # of the list that the page shows; a search keeps them


def page(frame: Frame, title: str, *content: Child) -> Element:
    """A whole page; `dom.document` adds the doctype."""
    main = x.div(class_="main")(_header(frame), x.main(class_="content", id="main", tabindex="-1")(content))
    skip = x.a(class_="skip", href="#main")("Skip to content")
    body = x.body(class_="shell")(skip, _sidebar(frame), main)
    return x.html(lang="en", data_theme=frame.theme or None)(_head(title), body)


def _head(title: str) -> Element:
    return x.head(
        x.meta(charset="utf-8"),
        x.meta(name="viewport", content="width=device-width, initial-scale=1"),
        x.meta(name="color-scheme", content="light dark"),
        x.title(f"{title} · Polo inspector"),
        x.link(rel="stylesheet", href=f"{HOME}static/dist/main.css"),
        x.link(rel="stylesheet", href=f"{HOME}inspector.css"),
        x.link(rel="icon", type="image/svg+xml", href=f"{HOME}static/favicon.svg"),
        x.script(src=f"{HOME}inspector.js", defer=True),
    )


def _sidebar(frame: Frame) -> Element:
    entries = (
        (HOME, "Invocations", "calls", frame.calls),
        (FUNCTIONS, "Functions", "functions", frame.functions),
    )
    return x.nav(class_="side", id="side", popover="auto", aria_label="Main")(
        x.a(class_="brand", href=HOME)(icon("logo"), "Polo", x.span(class_="chip room")("inspector")),
        x.h2("This run"),
        [
            x.a(class_="nav", href=url, aria_current="page" if frame.current == url else None)(
                icon(drawing), name, x.span(class_="num")(count)
            )
            for url, name, drawing, count in entries
        ],
        x.h2("Elsewhere"),
        x.a(class_="nav", href=frame.console)(icon("out"), "Console"),
        x.div(class_="side-foot")(x.p("Only this machine sees this."), x.p("Kept until the server ends.")),
    )


def _header(frame: Frame) -> Element:
    return x.header(class_="top")(
        x.button(class_="square burger", type="button", popovertarget="side", aria_label="Menu")(
            icon("menu")
        ),
        x.form(class_="search", role="search", method="get", action=HOME)(
            icon("search"),
            x.input(
                type="search",
                name="q",
                id="q",
                value=dict(frame.conditions).get("q", ""),
                placeholder="Search by path, event or error",
                aria_label="Search by path, event or error",
                autocomplete="off",
                spellcheck="false",
                maxlength=200,
            ),
            [
                x.input(type="hidden", name=name, value=value)
                for name, value in frame.conditions
                if name != "q"
            ],
            x.button(class_="btn", type="submit")("Search"),
        ),
    )


def icon(name: str, small: bool = False) -> Safe:
    classes = "icon icon-sm" if small else "icon"
    return Safe(f'<svg class="{classes}" viewBox="0 0 24 24" aria-hidden="true">{_ICONS[name]}</svg>')


def card(title: str, *content: Child, note: Child = None, more: Child = None, id: str = "") -> Element:
    head = x.div(class_="card-head")(x.h2(title), note and x.span(class_="mut")(note), more)
    return x.section(class_="card", id=id or None)(head, content)


def facts(rows: Mapping[str, Child]) -> Element:
    shown = [x.div(x.dt(name), x.dd(value)) for name, value in rows.items() if value not in (None, "")]
    return x.dl(class_="facts")(shown)


def post(
    frame: Frame, action: str, label: str, *fields: Child, drawing: str = "", main: bool = False
) -> Element:
    """A form that does something: it carries the run's token."""
    button = x.button(class_="btn main-action" if main else "btn", type="submit")(
        icon(drawing, small=True) if drawing else None, label
    )
    return x.form(method="post", action=action)(
        x.input(type="hidden", name="token", value=frame.token), fields, button
    )


def copy_button(label: str, of: str) -> Element:
    """Copies the text of the element with that id; only there when scripts run."""
    return x.button(class_="btn js-only", type="button", data_copy_from=of)(label)


def status_chip(status: int | None, failure: str | None, open: bool) -> Element:
    """The gateway's status; of a function without routes whether it returned. open: it has not ended."""
    if open:
        return x.span(class_="chip")("running")
    if status is None:
        return x.span(class_="chip bad")("failed") if failure else x.span(class_="chip fine")("done")
    kind = "bad" if status >= 500 else "held" if status >= 400 else "fine" if status < 300 else "plain"
    return x.span(class_=f"chip num {kind}")(status)


def dot(failed: bool) -> Element:
    return x.span(
        class_="dot off" if failed else "dot on", role="img", aria_label="failed" if failed else "answered"
    )


def milliseconds(value: float) -> str:
    """`0.42 ms`, `12 ms`, `3.20 s`."""
    if value >= 1000:
        return f"{value / 1000:.2f} s"
    return f"{value:.2f} ms" if value < 1 else f"{value:.1f} ms" if value < 10 else f"{value:.0f} ms"


def moment(at: datetime) -> Element:
    """The time of day in UTC; the day on hover."""
    return x.time(class_="num", datetime=at.isoformat(), title=f"{at:%Y-%m-%d %H:%M:%S} UTC")(
        f"{at:%H:%M:%S}"
    )


def code(value: str, id: str = "", label: str = "") -> Safe:
    """Text as it is, in a box that scrolls by itself."""
    named = f' id="{text(id)}"' if id else ""
    return Safe(
        f'<pre class="code"{named} tabindex="0" aria-label="{text(label or "text")}">{text(value)}</pre>'
    )


def crumbs(links: Sequence[tuple[str, str]], last: str) -> Element:
    shown = [(x.a(href=url)(name), icon("chevron", small=True)) for url, name in links]
    return x.nav(class_="crumbs", aria_label="Breadcrumb")(shown, x.span(last))
