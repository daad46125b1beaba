"""Deployments: what runs where and since when, how the last deployment went, and the releases there are."""

from __future__ import annotations

from dom import Child, Element, x
from services.models.domain.release import Deployment, Deployments, Place, Release, StackEvent
from views.links.context import Context
from views.links.format import ago, amount, plural, utc
from views.links.links import deployments_url
from views.parts.list_state import line
from views.parts.parts import card, page_head
from views.shell import layout

EVENTS_SHOWN = 100
TREE = "a working tree"  # what a deployment of no release ran


def view(context: Context, found: Deployments, here: str) -> Element:
    """here: the environment that shows the page; "" on a laptop."""
    json = x.a(class_="btn", href=deployments_url(context, "/api"))("JSON")
    count = line(plural(found.count, "release"), plural(len(found.places), "environment"))
    parts: list[Child] = [page_head(x.h1("Deployments"), None, [json]), count]
    if not found.places and not found.releases:
        parts.append(x.div(class_="table-card")(_empty(here)))
    else:
        parts += [_places(context, found, here), _releases(context, found)]
        parts += [_last(context, place, place.last) for place in found.places if place.last]
    return layout.page(context, "Deployments", parts)


def _places(context: Context, found: Deployments, here: str) -> Element:
    if not found.places:
        return _nothing("Nothing is deployed yet", "inv deploy -e staging --release", found.latest)
    titles = ("Environment", "Runs", "Since", "Rollback leads to", "Last deployment")
    rows = [_place(context, place, here) for place in found.places]
    return _table("Environments", "environments", titles, ("n", "run", "since q", "c3 q", "o"), rows)


def _place(context: Context, place: Place, here: str) -> Element:
    run = place.now
    since = run.since if run else None
    return x.tr(
        x.td(class_="n")(
            x.b(place.environment), x.span(class_="chip")("this one") if place.environment == here else None
        ),
        x.td(class_="run")(_name(run.release) if run else "nothing"),
        x.td(class_="since q", title=utc(since))(ago(context.now, since) if run else ""),
        x.td(class_="c3 q")(x.code(place.before) if place.before else "–"),
        x.td(class_="o")(_outcome(place.last)),
    )


def _outcome(last: Deployment | None) -> Element | str:
    if last is None:
        return ""
    return x.span(class_="chip bad")("failed") if last.trouble else x.span(class_="acct")(_dot(True), "done")


def _releases(context: Context, found: Deployments) -> Element:
    if not found.releases:
        return _nothing("No releases yet", "inv push")
    running: dict[str, list[str]] = {}
    for place in found.places:
        if place.now:
            running.setdefault(place.now.release, []).append(place.environment)
    rows = [_release(context, each, found.latest, running.get(each.id, [])) for each in found.releases]
    titles = ("Release", "Commit", "Pushed", "Tests", "Size", "Runs in")
    css = ("n", "subject", "since q", "c3 q", "c4 r q", "o")
    left = found.count - len(found.releases)
    more = x.p(class_="pager")(f"and {plural(left, 'older one')}: ", x.code("inv releases")) if left else None
    return _table("Releases", "releases", titles, css, rows, more)


def _release(context: Context, release: Release, latest: str, places: list[str]) -> Element:
    mark = x.span(class_="chip")("latest") if release.id == latest else None
    return x.tr(
        x.td(class_="n")(x.code(release.id), mark),
        x.td(class_="subject", title=release.subject)(release.subject),
        x.td(class_="since q", title=utc(release.pushed))(ago(context.now, release.pushed)),
        x.td(class_="c3 q", title=f"{release.seconds:.0f} s")(", ".join(release.tests) or "none"),
        x.td(class_="c4 r q")(amount(release.size, "B")),
        x.td(class_="o")(", ".join(places) or x.span(class_="mut")("nowhere")),
    )


def _last(context: Context, place: Place, last: Deployment) -> Element:
    """The stack's own words on the last deployment of an environment; open if it failed."""
    took = ago(context.now, last.ended)
    lines = [_event(event) for event in last.events[:EVENTS_SHOWN]]
    return card(
        f"Last deployment of {place.environment}",
        x.p(class_="problem-detail")(last.trouble) if last.trouble else None,
        x.details(open=bool(last.trouble))(
            x.summary(plural(len(lines), "event"), " of the stack"), x.div(class_="lines")(lines)
        )
        if lines
        else x.p(class_="mut")("The stack had nothing to change."),
        note=f"{last.release or TREE}, {took}",
        classes="card deployment mb-4",
    )


def _event(event: StackEvent) -> Element:
    return x.p(class_="event")(
        _dot(not event.failed),
        x.span(class_="two")(x.b(event.resource), x.span(event.type)),
        x.span(class_="problem-detail mut")(event.reason) if event.reason else None,
        x.span(class_="end")(event.status, " ", x.time(class_="mut", title=utc(event.at))(event.at[11:19])),
    )


def _name(release: str) -> Element | str:
    return x.code(release) if release else TREE


def _dot(good: bool) -> Element:
    return x.span(class_="dot on" if good else "dot off", aria_hidden="true")


def _table(
    title: str,
    name: str,
    titles: tuple[str, ...],
    css: tuple[str, ...],
    rows: list[Element],
    more: Element | None = None,
) -> Element:
    head = [x.th(class_=each, scope="col")(text) for text, each in zip(titles, css, strict=True)]
    return x.section(class_="mb-4")(
        x.h2(class_="mb-2")(title),
        x.div(class_="table-card")(
            x.table(class_=f"list {name}", aria_label=title)(x.thead(x.tr(head)), x.tbody(rows)),
            more,
        ),
    )


def _nothing(title: str, *command: str) -> Element:
    return x.div(class_="table-card mb-4")(
        x.div(class_="empty")(x.h2(title), x.p(x.code(" ".join(command).strip())))
    )


def _empty(here: str) -> Element:
    if here:
        return x.div(class_="empty")(
            x.h2("Nothing released yet"),
            x.p("A release is an immutable, tested build that any environment can run, and run again."),
            x.p(x.code("inv push"), ", then ", x.code(f"inv deploy -e {here} --release ID")),
        )
    return x.div(class_="empty")(
        x.h2("This console is not deployed"),
        x.p("Releases and what runs where are known where Polo is deployed: open its console there,"),
        x.p(
            "or ask from here: ", x.code("inv releases"), " · on a local AWS: ", x.code("inv deploy -e local")
        ),
    )
