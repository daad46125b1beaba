"""The overview of one resource: what all resources have, then the typed fields of its type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from dom import Child, Element, x
from services.models.everything.query import Detail, Query, Row
from services.models.kit.base import Column, Document, Resource, ResourceType, tags_known
from services.models.kit.values import OWNER_TAGS, STACK_TAGS
from views.links.context import Context
from views.links.format import age, cut, dated, label, named, usd, utc
from views.links.links import detail_url, list_url
from views.parts.parts import account, dot, region_title
from views.parts.table import written

COMMON = frozenset(field.name for field in fields(Resource))


def overview(context: Context, detail: Detail, kind: ResourceType | None) -> Element:
    """Terms and values; typed fields without a value are named at the end: the unknown ones, the others."""
    document = detail.document
    related = {row.id: row for row in detail.related}
    names = [name for name in _typed_names(document, kind) if name in document]
    columns = {column.field: column for column in (kind.columns if kind else ())}
    marked = document.get("denied") or document.get("unanswered")
    unknown = [_label(name, columns) for name in names if marked and document[name] is None]
    empty = [
        _label(name, columns)
        for name in names
        if document[name] in ("", [], {}) or (document[name] is None and not marked)
    ]
    lines: list[tuple[str, Child]] = [*_common(context, document)]
    lines += [
        (_label(name, columns), _value(context, columns.get(name), document[name], related))
        for name in names
        if document[name] not in (None, "", [], {})
    ]
    if unknown:
        lines.append(("Unknown", x.span(class_="mut")(", ".join(unknown))))
    if empty:
        lines.append(("Not set", x.span(class_="mut")(", ".join(empty))))
    return x.dl(class_="facts")([x.div(x.dt(term), x.dd(value)) for term, value in lines])


def owner_tag(tags: Mapping[str, str], owner: str | None) -> str | None:
    """The tag that names the owner, as it is spelled."""
    by_lower = {key.lower(): key for key in tags}
    found = (by_lower[name] for name in (*OWNER_TAGS, *STACK_TAGS) if name in by_lower)
    return next((key for key in found if tags[key].strip() == owner), None)


def _common(context: Context, document: Document) -> Iterator[tuple[str, Child]]:
    id, region = document["account"], document["region"]
    by_account = list_url(context, Query(type=document["type"], filters={"account": (id,)}))
    by_region = list_url(context, Query(type=document["type"], filters={"region": (region,)}))
    if document["state"]:
        yield "State", x.span(class_="acct")(dot(document["type"], document["state"]), document["state"])
    yield "Account", [x.a(href=by_account)(account(context, id)), " ", x.code(class_="mut")(id)]
    yield "Region", x.a(href=by_region)(region_title(region))
    yield "Created", _created(context, document["created"])
    yield "Cost", _cost(context, document)
    yield "Owner", _owner(context, document)
    if document["arn"]:
        yield "ARN", x.code(document["arn"])
    denied, unanswered = document.get("denied") or [], document.get("unanswered") or []
    if denied:
        yield "Not readable", [x.code(", ".join(map(cut, denied))), x.span(class_="mut")(" denied")]
    if unanswered:
        yield "Not answered", x.code(", ".join(map(cut, unanswered)))


def _created(context: Context, created: str | None) -> Child:
    if not utc(created):
        return x.span(class_="mut")("unknown")
    since = age(context.now, created)
    old = "in the future" if since.startswith("in ") else "new" if since == "now" else f"{since} old"
    return [utc(created), " ", x.span(class_="mut")(old)]


def _cost(context: Context, document: Document) -> Child:
    if document["cost"] is None:
        why = document.get("cost_source")
        return x.span(class_="mut")(f"unknown · {why}" if why else "unknown")
    source = document.get("cost_source") or ("a figure of the demo estate" if context.demo else "")
    amount = x.b(class_="num")(usd(document["cost"]))
    return [amount, " a month", x.span(class_="mut")(f" · {dated(source)}") if source else None]


def _owner(context: Context, document: Document) -> Child:
    owner = document["owner"]
    if not tags_known(document.get("denied") or (), document.get("unanswered") or ()):
        return x.span(class_="mut")("unknown")
    if not owner:
        return x.span(class_="mut")("no owner")
    tag = owner_tag(document["tags"], owner)
    link = x.a(href=list_url(context, Query(filters={"owner": (owner,)})))(named(owner, ""))
    return [link, x.span(class_="mut")(f" from tag {tag}") if tag else None]


def _typed_names(document: Document, kind: ResourceType | None) -> list[str]:
    names = [field.name for field in fields(kind.model)] if kind else sorted(document)
    return [name for name in names if name not in COMMON]


def _label(name: str, columns: Mapping[str, Column]) -> str:
    return columns[name].label if name in columns else label(name)


def _value(context: Context, column: Column | None, value: Any, related: Mapping[str, Row]) -> Child:
    if isinstance(value, list):
        parts: list[Child] = []
        for each in value:
            parts += [", " if parts else None, _value(context, column, each, related)]
        return parts
    row = related.get(value) if isinstance(value, str) else None
    if row:
        return x.a(href=detail_url(context, row))(x.code(str(value)))
    shown = cut(written(column or Column("", "", numeric=not isinstance(value, bool)), value))
    return x.code(shown) if isinstance(value, str) and _is_id(shown, column) else x.span(class_="num")(shown)


def _is_id(value: str, column: Column | None) -> bool:
    """Whether a text is one for machines: an id, an address, an ARN."""
    return bool(column and column.mono) or (
        any(c.isdigit() for c in value) and any(c in value for c in "-:/")
    )
