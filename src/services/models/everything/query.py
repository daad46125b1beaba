"""What lists are asked, and what they answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.models.kit.base import Document
from services.models.kit.scope import ScopeHead

FACETS = ("type", "state", "account", "region", "owner")
NONE = "none"  # as a filter's value: the resources that have none
PAGE_SIZE = 50


@dataclass(frozen=True)
class Query:
    """A list's whole state, as it stands in the URL.

    text: words, each within name, id, ARN, tags or IPs; of one or two letters the beginning of a word in the
    name, or of the id, or all of a tag's key or value. filters: field -> any of these values; the fields are
    FACETS, the typed columns, and "tag" (values "key=value", all of them).
    sort: a field of Row, or a typed column. page counts from 1. exact: the words that are all of an owner, an
    account's id or name, a region or a type too; the read model says which.
    """

    type: str | None = None
    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "name"
    descending: bool = False
    page: int = 1
    exact: frozenset[str] = field(default=frozenset(), compare=False, repr=False)


@dataclass(frozen=True)
class Row:
    """A resource in a list. cost: cents a month, a fraction only of less than half a cent; None when unknown.

    fields: the typed columns' values.
    """

    type: str
    account: str
    region: str
    id: str
    name: str
    owner: str | None
    state: str
    created: str | None
    cost: int | float | None
    arn: str
    fields: tuple[Any, ...] = ()


@dataclass(frozen=True)
class FacetValue:
    value: str  # NONE for those without
    count: int
    selected: bool = False


@dataclass(frozen=True)
class Totals:
    """count of resources, sum of the known costs in cents a month, number of unknown costs."""

    count: int = 0
    cost: int = 0
    unknown: int = 0


@dataclass(frozen=True)
class Page:
    """One page of a list. all: resources of the list without search and filters.

    about: the totals and facets are estimates.
    """

    query: Query
    rows: tuple[Row, ...]
    totals: Totals
    all: int
    facets: Mapping[str, tuple[FacetValue, ...]]
    about: bool = False

    @property
    def pages(self) -> int:
        return max(1, -(-self.totals.count // PAGE_SIZE))


@dataclass(frozen=True)
class Group:
    """Resources that share a value: of an account, a type, a region, ..."""

    value: str
    totals: Totals


@dataclass(frozen=True)
class Detail:
    """One resource: its stored document, the head of its scope, and the resources that it refers to."""

    document: Document
    head: ScopeHead | None
    related: tuple[Row, ...] = ()
