"""A list's state: from the URL's parameters to a Query. The views write the same parameters."""

from __future__ import annotations

from collections.abc import Iterable

from errors import BadRequest, NotFound
from services.models import RESOURCE_TYPES
from services.models.base import ResourceType
from services.models.everything.query import FACETS, Query
from services.models.everything.sql import sorts, typed_facets

TEXT_LIMIT = 500  # characters
FILTER_LIMIT = 50  # values; every link of the page repeats them
PAGE_LIMIT = 1_000_000


def kind_of(name: str) -> ResourceType:
    """Raises NotFound with the valid names."""
    if name not in RESOURCE_TYPES:
        raise NotFound(f"There is no resource type {name[:100]!r}", f"one of {', '.join(RESOURCE_TYPES)}")
    return RESOURCE_TYPES[name]


def read_query(parameters: dict[str, list[str]], type: str | None = None) -> Query:
    """Raises BadRequest that names the value and what would do."""
    sort = parameters.get("sort", ["name"])[-1]
    return Query(
        type=type,
        text=read_text(parameters.get("q", [""])[-1]),
        filters=_filters(parameters, type),
        sort=_sort(sort.removeprefix("-"), type),
        descending=sort.startswith("-"),
        page=read_page(parameters.get("page", ["1"])[-1]),
    )


def read_text(given: str) -> str:
    """A search's words. Raises BadRequest when they are too many."""
    if len(given) > TEXT_LIMIT:
        raise BadRequest(f"The search has {len(given)} characters", f"use at most {TEXT_LIMIT}")
    return given.strip()


def _filters(parameters: dict[str, list[str]], type: str | None) -> dict[str, tuple[str, ...]]:
    possible = (*FACETS, "tag", *typed_facets(type))
    filters = read_values(parameters, [name for name in possible if not (type and name == "type")])
    for value in filters.get("type", ()):
        if value not in RESOURCE_TYPES:
            raise BadRequest(
                f"type={value[:100]!r} is no resource type", f"one of {', '.join(RESOURCE_TYPES)}"
            )
    for value in filters.get("tag", ()):
        if "=" not in value:
            raise BadRequest(f"tag={value[:100]!r} has no '='", "write it as tag=Key=Value")
    return filters


def read_values(parameters: dict[str, list[str]], names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The values of these parameters, each once. Raises BadRequest when they are too many or too long."""
    filters = {name: tuple(dict.fromkeys(parameters[name])) for name in names if name in parameters}
    count = sum(map(len, filters.values()))
    if count > FILTER_LIMIT:
        raise BadRequest(f"The list is filtered by {count} values", f"use at most {FILTER_LIMIT}")
    for name, values in filters.items():
        if any(len(value) > TEXT_LIMIT for value in values):
            raise BadRequest(f"{name} has a value of over {TEXT_LIMIT} characters", "use a shorter one")
    return filters


def _sort(name: str, type: str | None) -> str:
    valid = sorts(type)
    if name not in valid:
        raise BadRequest(
            f"sort={name[:100]!r} is no column", f"one of {', '.join(valid)}, with '-' before it to reverse"
        )
    return name


def wants_csv(parameters: dict[str, list[str]], json: str) -> bool:
    """Whether a list is asked for as CSV. json: where it is as JSON. Raises BadRequest for another form."""
    form = parameters.get("format", ["html"])[-1]
    if form not in ("csv", "html"):
        raise BadRequest(f"format={form[:100]!r} is not known", f"csv, or leave it out; JSON is under {json}")
    return form == "csv"


def check_page(page: int, pages: int) -> None:
    """Raises BadRequest for a page after the last."""
    if page > pages:
        raise BadRequest(f"page={page} is after the last", f"pages 1 to {pages}")


def read_page(given: str) -> int:
    """Raises BadRequest for what is no page number."""
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:9]) <= PAGE_LIMIT):
        raise BadRequest(f"page={given[:100]!r} is no page number", "a whole number from 1")
    return int(given[:9])
