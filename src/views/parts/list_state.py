"""What a list says of itself: one line under its title, and why it is empty when it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from dom import Child, Element, x
from services.models.everything.coverage import Coverage
from services.models.kit.base import ResourceType
from views.links.context import Context
from views.links.format import ago, number, plural, utc
from views.links.links import Listed, sync_url, without_value
from views.parts.parts import value_title
from views.parts.scopes import failures

SEPARATOR = " · "
MOST_LOOSENED = 8  # filters of a list without rows: each is counted


@dataclass(frozen=True)
class Loosened:
    """A list without one of its filters: where it is, and how many rows it has (None: not counted)."""

    title: str
    url: str
    count: int | None


@dataclass(frozen=True)
class ListState:
    """coverage: of the scopes behind the list. loosened: if it is empty, the same with a filter less."""

    coverage: Coverage = field(default_factory=Coverage)
    loosened: tuple[Loosened, ...] = ()

    def file(self, url: str, count: int, all: int) -> str:
        """Where the list is as a file; "" where that would be empty because nothing was collected."""
        return url if count or not self.coverage.unknown(all) else ""


NOTHING_SAID = ListState()


def loosenings(
    context: Context, query: Listed, titles: Mapping[str, str] = MappingProxyType({})
) -> list[tuple[str, Listed]]:
    """What the list could be asked instead: each time without one of its filters, or without the search.

    titles: of fields that are called otherwise.
    """
    found = [(f"the search for “{query.text}”", replace(query, text="", page=1))] if query.text else []
    for name, values in query.filters.items():
        for value in values:
            title = f"{titles.get(name, name)}: {value_title(context, name, value)}"
            found.append((title, without_value(query, name, value)))
    return found[:MOST_LOOSENED]


def line(*parts: Child) -> Element:
    """One line: what the list holds, how fresh that is, what is missing. None is left out."""
    shown: list[Child] = []
    for part in parts:
        if part is not None and part != "":
            shown += [SEPARATOR, part] if shown else [part]
    return x.p(class_="list-line mut num")(shown)


def collected(context: Context, coverage: Coverage, account: str = "", type: str = "") -> list[Child]:
    """How the scopes behind a list were collected, with a link to those that are not well.

    account, type: of all of them, where the list is about one.
    """
    closed = coverage.closed.words
    if coverage.nothing and not coverage.failing and not closed:
        return ["never collected"]
    since = coverage.collected
    made: list[Child] = [x.span(title=utc(since))(f"collected {ago(context.now, since)}")] if since else []
    url = sync_url(context, account=account, type=type if account else "")
    if coverage.failing:
        made.append(x.a(class_="link", href=url)(f"{plural(coverage.failing, 'scope')} failing ▸"))
    if coverage.held:
        made.append(x.a(class_="link", href=url)(f"{plural(coverage.held, 'scope')} held back ▸"))
    if coverage.never and not coverage.failing:
        made.append(f"{plural(coverage.never, 'scope')} never collected")
    if closed:
        made.append(x.a(class_="link", href=url)(f"{closed} ▸"))
    return made


def nothing_matches(context: Context, state: ListState, *more: Child) -> Element:
    """No row passes the filters: each of them as one that could go, with what the list would hold then."""
    lines = [
        x.li(x.a(class_="link", href=each.url)(f"Without {each.title}"), _counted(each.count))
        for each in state.loosened
    ]
    wider = x.ul(class_="loosen")(lines) if lines else None
    return x.div(class_="empty")(x.h2("Nothing matches"), wider, more, _failed(context, state.coverage))


def nothing_there(context: Context, coverage: Coverage, kind: ResourceType | None = None) -> Element:
    """An empty list without filters: none in what was collected, not all of it collected, or nothing yet."""
    what = lower(kind.title) if kind else "resources"
    bad, unseen = coverage.failing + coverage.held, coverage.scopes > 0 == coverage.open
    if unseen:
        title, text = f"No {what} known", None
    elif coverage.nothing:
        title, text = f"No {what} collected yet", None
    elif bad:
        title = f"No {what} known"
        text = f"{number(bad)} of {plural(coverage.open, 'scope')} failed: there may be some."
    else:
        title = f"No {what}"
        when = ago(context.now, coverage.collected)
        text = f"None in {plural(coverage.open, 'scope')}, collected {when}."
    return x.div(class_="empty")(
        x.h2(title),
        x.p(text) if text else None,
        _closed(coverage),
        _failed(context, coverage),
        how_to_collect(context, kind) if bad or (coverage.nothing and not unseen) else None,
    )


def not_collected(context: Context, coverage: Coverage = NOTHING_SAID.coverage) -> Element:
    """For what is made of the whole estate, while there is none: nothing is said of the accounts."""
    if coverage.closed.scopes:
        return x.div(class_="card empty")(x.h2("Nothing known"), _closed(coverage))
    return x.div(class_="card empty")(x.h2("Nothing collected yet"), how_to_collect(context))


def nothing_found(context: Context, coverage: Coverage) -> Element:
    """No finding: what was looked at, and what could not be."""
    scopes, bad = plural(coverage.open, "scope"), coverage.failing + coverage.held
    looked = f"No rule found anything in {scopes}, collected {ago(context.now, coverage.collected)}."
    partly = f"No rule found anything in what is known, but {number(bad)} of {scopes} failed."
    return x.div(class_="card empty")(
        x.h2("No findings" if coverage.open else "No findings known"),
        x.p(partly if bad else looked) if coverage.open else None,
        _closed(coverage),
        _failed(context, coverage),
    )


def how_to_collect(context: Context, kind: ResourceType | None = None) -> Element:
    """The command on a laptop; deployed, the schedule and the page that collects again."""
    if context.deployed:
        page = x.a(class_="link", href=sync_url(context))("Sync")
        return x.p("The schedule collects it; ", page, " shows how that goes, and can start it now.")
    command = f"inv sync -r {kind.name}" if kind else "inv sync"
    return x.p("Collect from your AWS accounts: ", x.code(command))


def counted(count: str, kind: ResourceType) -> str:
    """ "1", "12 of 64" -> "1 instance", "12 of 64 instances"."""
    return f"{count} {lower(kind.singular if count == '1' else kind.title)}"


def _failed(context: Context, coverage: Coverage) -> Child:
    return failures(context, coverage.troubled) if coverage.troubled else None


def _closed(coverage: Coverage) -> Element | None:
    words = coverage.closed.words
    return x.p(f"{words}: what is there is not known.") if words else None


def _counted(count: int | None) -> str:
    return "" if count is None else f": {number(count)}"


def lower(title: str) -> str:
    """ "Load balancers" -> "load balancers"; what begins with an abbreviation stays."""
    return title if title[1:2].isupper() or not title else title[0].lower() + title[1:]


def first(values: Sequence[str]) -> str:
    """The only value of a filter, "" where there is none or more than one."""
    return values[0] if len(values) == 1 else ""
