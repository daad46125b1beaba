"""One resource: what it is, its tags, what it belongs to, and how it was collected."""

from __future__ import annotations

import json

from dom import Child, Element, x
from services.models.everything.query import Detail, Query, Row
from services.models.kit.base import Document, ResourceType, tags_known
from services.models.kit.change import Change
from services.models.kit.partitions import AWS, partition_in
from services.models.kit.scope import ScopeHead
from services.models.kit.values import iso
from views.estate.change_lines import of_one
from views.links.context import Context
from views.links.format import ago, cut, money, named, number, utc
from views.links.links import account_url, detail_url, document_url, list_url, part
from views.parts.facts import overview
from views.parts.parts import account_name, card, copy_button, dot, page_head, region_title, type_title
from views.parts.scopes import reason
from views.shell import layout


def view(
    context: Context,
    detail: Detail,
    kind: ResourceType | None,
    changes: tuple[Change, ...] = (),
    measured: Element | None = None,
    flagged: Element | None = None,
) -> Element:
    """The whole page. changes: newest first. measured, flagged: its metrics and findings, as cards."""
    document = detail.document
    name = named(document["name"] or "", document["id"])
    return layout.page(
        context,
        str(name),
        [
            _crumbs(context, document),
            _head(context, document, kind),
            x.div(class_="grid-cards detail")(
                x.div(class_="stack")(
                    card("Overview", overview(context, detail, kind)), measured, _raw(document)
                ),
                x.div(class_="stack")(
                    flagged,
                    _tags(context, document),
                    _related(context, detail.related),
                    of_one(context, changes),
                    _collected(context, detail.head),
                ),
            ),
        ],
    )


def _crumbs(context: Context, document: Document) -> Element:
    type, region = document["type"], document["region"]
    in_region = Query(type=type, filters={"account": (document["account"],), "region": (region,)})
    steps = (
        (type_title(type), list_url(context, Query(type=type))),
        (account_name(context, document["account"]), account_url(context, document["account"])),
        (region_title(region), list_url(context, in_region)),
    )
    links: list[Child] = []
    for title, url in steps:
        links += ["›" if links else None, x.a(href=url)(title)]
    return x.nav(class_="crumbs", aria_label="Breadcrumb")(links)


def _head(context: Context, document: Document, kind: ResourceType | None) -> Element:
    name, id = named(document["name"] or "", document["id"]), document["id"]
    whole = document["name"] if len(document["name"] or "") > len(name) else ""
    title = x.h1(class_="flex items-center gap-3")(
        dot(document["type"], document["state"], big=True), x.span(name)
    )
    console = console_url(document, kind)
    actions = [
        copy_button("Copy name", whole) if whole else None,
        copy_button("Copy ARN", document["arn"]) if document["arn"] else None,
        x.a(class_="btn", href=document_url(context, document, api="/api"))("JSON"),
        x.a(class_="btn main-action", href=console, target="_blank", rel="noopener noreferrer")(_where(kind))
        if console
        else None,
    ]
    return page_head(
        title,
        x.code(class_="mut break-all")(cut(id)) if id not in (document["name"] or id, name) else None,
        actions,
    )


def _where(kind: ResourceType | None) -> str:
    return "Open in Marqo Cloud" if kind and kind.scope == "marqo" else "Open in AWS"


def console_url(document: Document, kind: ResourceType | None) -> str:
    """The resource's page in the AWS console of its partition; "" for a type or a partition that has none."""
    partition = partition_in(str(document["arn"] or ""))
    if kind is None or not kind.console or not partition.console:
        return ""
    console = kind.console.replace(f"//{AWS.home}.", f"//{partition.home}.")
    return console.replace(AWS.console, partition.console).format(
        **{key: part(str(document[key] or "")) for key in ("region", "id", "arn", "name")}
    )


def _tags(context: Context, document: Document) -> Element:
    tags = sorted(document["tags"].items())
    links = [
        x.a(class_="tag", href=list_url(context, Query(filters={"tag": (f"{key}={value}",)})))(
            x.span(class_="mut")(f"{cut(key)} "), cut(value)
        )
        for key, value in tags
    ]
    known = tags_known(document.get("denied") or (), document.get("unanswered") or ())
    none = "no tags" if known else "tags unknown: they could not be read"
    shown = x.div(class_="tags")(links) if links else x.p(class_="mut")(none)
    return card("Tags", shown, note=number(len(tags)) if tags else None)


def _related(context: Context, related: tuple[Row, ...]) -> Element | None:
    if not related:
        return None
    return card(
        "Related", x.div(class_="lines")([_relation(context, row) for row in related]), note=len(related)
    )


def _relation(context: Context, row: Row) -> Element:
    return x.a(href=detail_url(context, row))(
        dot(row.type, row.state),
        x.span(class_="two")(x.b(named(row.name, row.id)), x.span(type_title(row.type))),
        x.span(class_="end num mut")(
            f"{money(row.cost, table=True)}/mo" if row.cost is not None else "cost unknown"
        ),
    )


def _collected(context: Context, head: ScopeHead | None) -> Element | None:
    if head is None:
        return None
    good, tried = iso(head.generation or None), iso(head.attempted or None)
    lines: list[tuple[str, Child]] = [
        ("Last good", x.span(title=utc(good))(ago(context.now, good))),
        ("Result", _result(head)),
    ]
    if head.status != "ok":
        lines += [("Last try", x.span(title=utc(tried))(ago(context.now, tried))), ("Reason", reason(head))]
    lines.append(("Took", f"{number(round(head.seconds, 1))} s"))
    return card("Collected", x.dl(class_="facts")([x.div(x.dt(term), x.dd(value)) for term, value in lines]))


def _result(head: ScopeHead) -> Child:
    if head.status == "ok":
        return f"ok, {number(head.count)} in this scope" + (f"; {head.error}" if head.error else "")
    words = {"held": "held back", "closed": "closed"}
    return x.span(class_="chip held" if head.status in words else "chip bad")(
        words.get(head.status, "failed")
    )


def _raw(document: Document) -> Element | None:
    if not document["raw"]:
        return None
    text = json.dumps(document["raw"], indent=2, ensure_ascii=False, sort_keys=True)
    return x.details(class_="card raw")(
        x.summary(x.h2("Raw JSON"), x.span(class_="mut")(f"{number(len(text))} characters")),
        x.pre(tabindex="0")(x.code(text)),
    )
