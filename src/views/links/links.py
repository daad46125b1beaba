"""Links: a list's whole state stands in its URL, and every resource has one."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar
from urllib.parse import quote, urlencode

from services.models.domain.findings import FindingQuery
from services.models.everything.history import CHANGE_FACETS, ChangeQuery
from services.models.everything.query import FACETS, Query, Row
from services.models.kit.base import Document
from services.models.kit.scope import Key, key_of
from views.links.context import Context

DEFAULT_SORT = "name"
LATELY = ChangeQuery()
Listed = TypeVar("Listed", Query, ChangeQuery, FindingQuery)
LARGEST_FIRST = ("cost", "created")  # what a first click on the header of a column shows first


def asset(context: Context, name: str) -> str:
    """The address of a file under src/static, with its content hash if that is known."""
    return context.prefix + (context.assets or {}).get(name, f"/static/{name}")


def home_url(context: Context) -> str:
    return f"{context.prefix}/"


def accounts_url(context: Context, api: str = "") -> str:
    return f"{context.prefix}{api}/accounts"


def deployments_url(context: Context, api: str = "") -> str:
    return f"{context.prefix}{api}/deployments"


def sync_url(context: Context, api: str = "", *, account: str = "", type: str = "", asked: int = 0) -> str:
    """The board; with the scopes of an account and type, and what they were asked to reach."""
    pairs = [("account", account), ("type", type), ("asked", str(asked) if asked else "")]
    parameters = urlencode([pair for pair in pairs if pair[1]], errors="replace")
    return f"{context.prefix}{api}/sync" + (f"?{parameters}" if parameters else "")


def changes_url(
    context: Context, query: ChangeQuery = LATELY, *, api: str = "", format: str = "", page: int = 0
) -> str:
    """The page of changes that the query describes; page: another than the query's."""
    path = f"{context.prefix}{api}/changes"
    return list_address(path, change_parameters(query), format, page or query.page)


def change_parameters(query: ChangeQuery) -> list[tuple[str, str]]:
    """The query as it stands in a URL, but for its page."""
    pairs = [("from", query.first), ("to", query.last), ("q", query.text)]
    pairs += [(name, value) for name in CHANGE_FACETS for value in query.filters.get(name, ())]
    return [(name, value) for name, value in pairs if value]


def list_url(context: Context, query: Query, *, api: str = "", format: str = "") -> str:
    """The list that the query describes; what is default is left out. api: "" or "/api"."""
    path = f"{context.prefix}{api}/resources" + (f"/{part(query.type)}" if query.type else "")
    return list_address(path, query_parameters(query), format)


def list_address(path: str, parameters: list[tuple[str, str]], format: str = "", page: int = 1) -> str:
    """A list's address; what is default is left out."""
    every = (
        parameters + ([("page", str(page))] if page > 1 else []) + ([("format", format)] if format else [])
    )
    return f"{path}?{urlencode(every, errors='replace')}" if every else path


def query_parameters(query: Query) -> list[tuple[str, str]]:
    """The query as it stands in a URL, but for its type, which is in the path."""
    names = [*FACETS, *sorted(set(query.filters) - set(FACETS))]
    pairs = [("q", query.text)] if query.text else []
    pairs += [(name, value) for name in names for value in query.filters.get(name, ())]
    if query.sort != DEFAULT_SORT or query.descending:
        pairs.append(("sort", f"-{query.sort}" if query.descending else query.sort))
    return pairs + ([("page", str(query.page))] if query.page > 1 else [])


def resource_url(context: Context, key: Key, *, api: str = "") -> str:
    """The page of the resource with this key."""
    return f"{context.prefix}{api}/resources/" + "/".join(map(part, key))


def detail_url(context: Context, row: Row, *, api: str = "") -> str:
    """The page of a row's resource."""
    return resource_url(context, Key(row.type, row.account, row.region, row.id), api=api)


def document_url(context: Context, document: Document, *, api: str = "") -> str:
    """The page of a stored document's resource."""
    return resource_url(context, key_of(document), api=api)


def account_url(context: Context, account: str) -> str:
    """All resources of an account."""
    return list_url(context, Query(filters={"account": (account,)}))


def part(value: str) -> str:
    """One segment of a path."""
    return quote(value, safe="", errors="replace")


def with_value(query: Listed, name: str, value: str) -> Listed:
    """The query with one more value to filter by, on its first page."""
    chosen: tuple[str, ...] = query.filters.get(name, ())
    values = chosen if value in chosen else (*chosen, value)
    return replace(query, filters={**query.filters, name: values}, page=1)


def without_value(query: Listed, name: str, value: str) -> Listed:
    """The query without a value to filter by, on its first page."""
    values = tuple(each for each in query.filters.get(name, ()) if each != value)
    rest = {key: chosen for key, chosen in query.filters.items() if key != name}
    return replace(query, filters={**rest, name: values} if values else rest, page=1)


def only_value(query: Query, name: str, value: str) -> Query:
    """The query with this value in place of all others of the field."""
    return replace(query, filters={**query.filters, name: (value,)}, page=1)


def without_all(query: Query, name: str) -> Query:
    """The query without any value of the field, on its first page."""
    rest = {key: chosen for key, chosen in query.filters.items() if key != name}
    return replace(query, filters=rest, page=1)


def sorted_by(query: Query, name: str) -> Query:
    """What a click on a column's header shows: that order, or its reverse when it is on already."""
    descending = not query.descending if query.sort == name else name in LARGEST_FIRST
    return replace(query, sort=name, descending=descending, page=1)
