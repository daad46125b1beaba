"""Addresses of Cloud Cop's pages: a list's whole state stands in its URL."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from services.models.domain.findings import FINDING_FACETS, FindingQuery
from services.models.kit.scope import Key
from views.links.context import Context
from views.links.links import list_address, part

OPEN = FindingQuery(filters={"status": ("open",)})
CONDITIONS = ("rule", "account", "region", "arn", "name", "tag")  # of a mute
FORM = "mute"  # where it stands on the page of mutes


def cop_url(context: Context, by: str = "") -> str:
    return f"{context.prefix}/cop" + (f"?by={by}" if by else "")


def findings_url(
    context: Context, query: FindingQuery = OPEN, *, api: str = "", format: str = "", page: int = 0
) -> str:
    """The list that the query describes; page: another than the query's."""
    path = f"{context.prefix}{api}/cop/findings"
    return list_address(path, _parameters(query), format, page or query.page)


def _parameters(query: FindingQuery) -> list[tuple[str, str]]:
    """The query as it stands in a URL, but for its page."""
    pairs = [("q", query.text)] if query.text else []
    pairs += [(name, value) for name in FINDING_FACETS for value in query.filters.get(name, ())]
    if query.sort != "severity" or query.descending:
        pairs.append(("sort", f"-{query.sort}" if query.descending else query.sort))
    return pairs


def with_only(field: str, value: str) -> FindingQuery:
    """The open findings that have this value."""
    return replace(OPEN, filters={**OPEN.filters, field: (value,)})


def rule_url(context: Context, rule: str) -> str:
    return f"{context.prefix}/cop/rules/{part(rule)}"


def why_url(context: Context, key: Key) -> str:
    """What each rule says of a resource."""
    return f"{context.prefix}/cop/why/" + "/".join(map(part, key))


def mutes_url(context: Context, **given: str) -> str:
    """The page of mutes; with what is given in its form, and that in sight."""
    filled = f"?{urlencode(given, errors='replace')}#{FORM}" if given else ""
    return f"{context.prefix}/cop/mutes{filled}"
