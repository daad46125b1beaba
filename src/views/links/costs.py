"""Addresses of the pages of costs, what their keys are called, and where resources stand behind a figure."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from services.models.domain.cost_names import TYPES, short
from services.models.domain.costs import CUTS, DIMENSIONS, SPEND, CostQuery
from services.models.everything.query import NONE, Query
from services.models.kit.scope import Key
from views.links.context import Context
from views.links.format import LONGEST_ACCOUNT, dated, named
from views.links.links import list_url, resource_url

ALL = CostQuery()
TITLES = {"account": "Account", "service": "Service", "region": "Region", "owner": "Owner"}
WITHIN = {"account": "service", "service": "account", "region": "account", "owner": "service"}  # what one has


def cost_url(context: Context, query: CostQuery = ALL, *, api: str = "", format: str = "") -> str:
    """The page that the query describes; what is default is left out."""
    parameters = cost_parameters(query) + ([("format", format)] if format else [])
    path = f"{context.prefix}{api}/costs"
    return f"{path}?{urlencode(parameters, errors='replace')}" if parameters else path


def spend_url(context: Context, account: str, service: str) -> str:
    """The months of what an account pays for a service."""
    return cost_url(context, CostQuery("service", {"account": account, "service": service}))


def about_url(context: Context, key: Key) -> str:
    """The page of what a finding is about: a resource, or what an account pays for a service."""
    return spend_url(context, key.account, key.id) if key.type == SPEND else resource_url(context, key)


def cost_parameters(query: CostQuery) -> list[tuple[str, str]]:
    pairs = [("by", query.by if query.by != ALL.by else "")]
    pairs += [(name, query.filters[name] or NONE) for name in DIMENSIONS if name in query.filters]
    pairs += [("from", query.first), ("to", query.last)]
    return [(name, value) for name, value in pairs if value]


def key_title(names: Mapping[str, str], dimension: str, key: str | None) -> str:
    """How a row is called. names: of accounts."""
    if key is None:
        return "not attributed"
    if dimension == "account":
        return named(names.get(key, key), key, LONGEST_ACCOUNT)
    if dimension == "service":
        return short(key) or "no service"
    return named(key, "") if key else f"no {dimension}"


def drilled(query: CostQuery, key: str, period: str = "") -> CostQuery | None:
    """What stands behind a row, or behind its cell of one period; None where nothing finer was asked for."""
    if query.filters or query.by in query.filters:
        return None
    first, last = (period, period) if period else (query.first, query.last)
    return CostQuery(WITHIN[query.by], {query.by: key}, first, last)


def resources_url(context: Context, query: CostQuery, key: str) -> str | None:
    """The resources that a row's figures are about; None where Polo can't tell which they are."""
    types: tuple[str, ...] = ()
    filters: dict[str, tuple[str, ...]] = {}
    for dimension, value in {**query.filters, query.by: key}.items():
        if dimension == "service":
            types = TYPES.get(value, ())
            if not types:
                return None
        elif _has_resources(context, dimension, value):
            filters[dimension] = (value or NONE,)
        else:
            return None
    if len(types) == 1:
        return list_url(context, Query(type=types[0], filters=filters))
    return list_url(context, Query(filters={**filters, "type": types} if types else filters))


def _has_resources(context: Context, dimension: str, value: str) -> bool:
    if dimension == "account":
        return value in (context.accounts or {})
    return dimension != "region" or "-" in value  # others are "global" and "NoRegion"


def can_cut(query: CostQuery, by: str) -> bool:
    """Whether the same filters can be shown by another dimension."""
    return by not in query.filters and any({by, *query.filters} <= {*pair} for pair in CUTS.values())


def period_title(period: str) -> str:
    """ "2026-11" -> "Nov 2026"; "2026-11-20" -> "20 Nov 2026"."""
    return dated(period)


def period_label(period: str) -> str:
    """The same for the head of a column, where the year of a day is left out."""
    return period_title(period) if len(period) == 7 else period_title(period)[:-5]


def period_span(first: str, last: str) -> str:
    """ "Jul 2026", "Jul 2026 to Nov 2026", "1 Oct 2026 to 28 Nov 2026"."""
    return dated(first if first == last else f"{first} to {last}")
