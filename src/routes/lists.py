"""A list's state: from the URL's parameters to a Query. The views write the same parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Generic, TypeVar

from errors import BadRequest, NotCollected, NotFound
from routes.accounts_named import read_accounts
from routes.common import Request
from routes.export import counted
from routes.parameters import SHOWN, Given, check
from services.models import RESOURCE_TYPES
from services.models.everything.coverage import Coverage
from services.models.everything.query import FACETS, Query
from services.models.everything.sql import slots, sorts
from services.models.everything.words import MOST_WORDS, words_of
from services.models.kit.base import ResourceType
from services.models.kit.bounds import TooBroad

TEXT_LIMIT = 500  # characters
FILTER_LIMIT = 50  # values; every link of the page repeats them
PAGE_LIMIT = 1_000_000
Q = TypeVar("Q")


@dataclass(frozen=True)
class Asked(Generic[Q]):
    """What a page that is there as CSV too is asked."""

    query: Q
    csv: bool


def or_csv(read: Callable[[Given], Q]) -> Callable[[Given], Asked[Q]]:
    """Reads the query, and whether it is wanted as CSV."""
    return lambda given: Asked(read(given), _wants_csv(given))


def kind_of(name: str) -> ResourceType:
    """Raises NotFound with the valid names."""
    if name not in RESOURCE_TYPES:
        raise NotFound(f"There is no resource type {name[:SHOWN]!r}", f"one of {', '.join(RESOURCE_TYPES)}")
    return RESOURCE_TYPES[name]


def read_query(given: Given, type: str | None = None) -> Query:
    """The query in a URL's parameters. Raises BadRequest that names the value and what would do."""
    text = read_text(given)
    sort, descending = read_sort(given, sorts(type), "name")
    page = read_page(given)
    filters = _filters(given, type)
    _refuse_typed(given, type)
    return Query(type, text, filters, sort, descending, page)


def read_text(given: Given) -> str:
    """A search's words; a repeated one counts once. Raises BadRequest for too many, or a text without one."""
    text = given.one("q")
    if len(text) > TEXT_LIMIT:
        raise BadRequest(f"The search has {len(text)} characters", f"use at most {TEXT_LIMIT}")
    count = len(words_of(text))
    if text and not count:  # blanks and NULs: without a word, everything would be what they find
        raise BadRequest(f"There is nothing to search for in q={text[:SHOWN]!r}", "write a word")
    if count > MOST_WORDS:
        raise BadRequest(f"The search has {count} different words", f"use at most {MOST_WORDS}")
    return text.strip()


def read_sort(given: Given, columns: Iterable[str], default: str) -> tuple[str, bool]:
    """The column to sort by, and whether the largest is first."""
    sort = given.one("sort", default)
    check("sort", sort.removeprefix("-"), tuple(columns), "is no column", ", with '-' before it to reverse")
    return sort.removeprefix("-"), sort.startswith("-")


def read_page(given: Given) -> int:
    """Raises BadRequest for what is no page number."""
    text = given.one("page", "1")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= PAGE_LIMIT):
        raise BadRequest(f"page={text[:SHOWN]!r} is no page number", "a whole number from 1")
    return int(text[:9])


def read_day(given: Given, name: str) -> str:
    """A day as ISO 8601 has it, "" for none. Raises BadRequest for what is no day."""
    text = given.one(name)
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise BadRequest(f"{name}={text[:SHOWN]!r} is no day", "write it as 2026-11-20") from None


def read_values(given: Given, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The values of these parameters, each once; of an account its id, whether that or its name is given.

    Raises BadRequest when they are too many or too long.
    """
    filters = {name: values for name in names if (values := given.many(name))}
    count = sum(map(len, filters.values()))
    if count > FILTER_LIMIT:
        raise BadRequest(f"The list is filtered by {count} values", f"use at most {FILTER_LIMIT}")
    for name, values in filters.items():
        if any(len(value) > TEXT_LIMIT for value in values):
            raise BadRequest(f"{name} has a value of over {TEXT_LIMIT} characters", "use a shorter one")
    if "account" in filters:
        filters["account"] = read_accounts(given.request, filters["account"])
    return filters


def check_values(filters: Mapping[str, tuple[str, ...]], name: str, valid: Iterable[str]) -> None:
    """Raises BadRequest unless all values of the filter are valid ones."""
    known = tuple(valid)
    for value in filters.get(name, ()):
        check(name, value, known, "is not known")


def check_page(page: int, pages: int) -> None:
    """Raises BadRequest for a page after the last."""
    if page > pages:
        raise BadRequest(f"page={page} is after the last", f"pages 1 to {pages}")


def check_collected(
    request: Request, coverage: Coverage, counts: Callable[[], tuple[int, int]], type: str | None = None
) -> None:
    """Raises NotCollected for a file without a line, of which nobody knows whether it should have some.

    counts: how many rows it has, and how many without its filters. type: that it is about, None for all.
    """
    if not coverage.nothing:
        return
    count, every = counts()
    if counted(count, coverage, every) is not None:
        return
    what = RESOURCE_TYPES[type].title if type else "resources"
    reason = f"; the last attempt failed: {coverage.troubled[0].error}" if coverage.troubled else ""
    command = f"inv sync -r {type}" if type else "inv sync"
    way_out = "the schedule collects it; see the page Sync" if request.console.deployed else command
    raise NotCollected(f"No {what} collected yet{reason}", way_out)


def count_of(ask: Callable[[], int]) -> int | None:
    """How many rows a list has; None where counting them takes more than one request may."""
    try:
        return ask()
    except TooBroad:
        return None


def _wants_csv(given: Given) -> bool:
    form = given.one("format", "html")
    if form not in ("csv", "html"):
        json = f"JSON is under /api{given.request.path}"
        raise BadRequest(f"format={form[:SHOWN]!r} is not known", f"csv, or leave it out; {json}")
    return form == "csv"


def _filters(given: Given, type: str | None) -> dict[str, tuple[str, ...]]:
    """By the common fields, tags, and every column of the type."""
    possible = (*FACETS, "tag", *slots(type))
    filters = read_values(given, [name for name in possible if not (type and name == "type")])
    check_values(filters, "type", RESOURCE_TYPES)
    for value in filters.get("tag", ()):
        if "=" not in value:
            raise BadRequest(f"tag={value[:SHOWN]!r} has no '='", "write it as tag=Key=Value")
    return filters


def _refuse_typed(given: Given, type: str | None) -> None:
    """Raises BadRequest for a column of other types than the list's, with the types that have it."""
    for name in given.unread():
        if types := _types_with().get(name):
            here = f"of {type}" if type else "of all types"
            raise BadRequest(
                f"The list {here} has no column {name!r} to filter by",
                f"these have: {', '.join(f'/resources/{each}' for each in types)}",
            )


@cache
def _types_with() -> dict[str, list[str]]:
    """The types that have a column of that name."""
    found: dict[str, list[str]] = {}
    for type in RESOURCE_TYPES:
        for column in slots(type):
            found.setdefault(column, []).append(type)
    return found
