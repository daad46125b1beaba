"""Findings as lines: severity, what is wrong, where, what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from dom import Child, Element, x
from services.models.domain.costs import SPEND
from services.models.domain.finding import Entry, RuleInfo, Severity
from services.models.domain.findings import FindingRow, FindingTotals
from services.models.kit.scope import Key, ScopeHead, ScopeStatus
from views.links.context import Context
from views.links.cop import rule_url, why_url
from views.links.costs import about_url
from views.links.format import age, cut, dated, money, named, usd, utc
from views.parts.parts import account, card, region_title, type_title

SEVERITY_CLASSES: Mapping[Severity, str] = {
    "critical": "sev sev-critical",
    "high": "sev sev-high",
    "medium": "sev sev-medium",
    "low": "sev sev-low",
    "info": "sev sev-info",
}
NOT_JUDGED: Mapping[ScopeStatus, str] = {
    "closed": "not judged: a policy of the organisation closes its scope",
    "error": "not judged: the last collection of its scope failed",
    "held": "not judged: the last collection of its scope is held back",
}


def severity(value: Severity) -> Element:
    return x.span(class_=SEVERITY_CLASSES[value])(value)


def saving(amount: Decimal | None, *, hint: bool = False) -> str:
    """USD a month as it is shown; a hint says that it is one."""
    if amount is None:
        return ""
    return f"{'up to ' if hint else ''}{usd(amount)}"


def total_saving(totals: FindingTotals) -> str:
    """The savings that are known, else the hints."""
    if totals.saving or not totals.hints:
        return money(totals.saving, table=True) if totals.saving else ""
    return f"up to {money(totals.hints, table=True)}"


def card_of(
    context: Context,
    key: Key,
    rows: Sequence[FindingRow],
    rules: Mapping[str, RuleInfo],
    head: ScopeHead | None = None,
) -> Element:
    """The findings of one resource. head: of its scope, which is not judged unless its last try went well."""
    why = x.a(href=why_url(context, key))("What each rule says")
    none = "none" if head is None else NOT_JUDGED.get(head.status, "none")
    shown = lines(context, rows, rules, resource=False) if rows else x.p(class_="mut")(none)
    return card("Findings", shown, note=len(rows) if rows else None, more=why)


def lines(
    context: Context, rows: Iterable[FindingRow], rules: Mapping[str, RuleInfo], *, resource: bool = True
) -> Element:
    """resource: whether to say which resource each is about."""
    shape = "findings" if resource else "findings narrow"
    return x.ul(class_=shape)([_line(context, row, rules, resource) for row in rows])


def heads() -> Element:
    """What stands above the lines; each line's words say the same where there is no room for it."""
    return x.div(class_="findings heads", aria_hidden="true")(
        x.span(class_="sev")("Severity"),
        x.span(class_="two")("Finding"),
        x.span(class_="where")("Where"),
        x.span(class_="state")("State"),
        x.span(class_="end")("USD a month"),
    )


def _line(context: Context, row: FindingRow, rules: Mapping[str, RuleInfo], resource: bool) -> Element:
    entry = row.entry
    title = rules[entry.rule].title if entry.rule in rules else entry.rule
    return x.li(class_="muted" if row.status != "open" else None)(
        severity(entry.severity),
        x.div(class_="two")(
            x.b(x.a(href=about_url(context, entry.key))(named(entry.name, entry.id)) if resource else title),
            x.span(
                x.a(class_="link", href=rule_url(context, entry.rule))(x.code(entry.rule)),
                " ",
                dated(cut(entry.message)),
                x.span(class_="mut")(f" · {dated(entry.formula)}") if entry.saving is not None else None,
            ),
        ),
        x.span(class_="where mut")(_where(context, entry)) if resource else None,
        x.span(class_="mut state", title=utc(entry.resolved or entry.frozen or entry.first_seen))(
            _state(context, row)
        ),
        x.span(class_="end num")(saving(entry.saving, hint=entry.confidence == "hint")),
    )


def _where(context: Context, entry: Entry) -> list[Child]:
    return [account(context, entry.account), f" {region_title(entry.region)} · {type_title(entry.type)}"]


def _state(context: Context, row: FindingRow) -> Child:
    entry = row.entry
    if row.status == "resolved":
        return f"resolved {age(context.now, entry.resolved)} ago"
    if row.status == "muted":
        return "muted"
    if entry.frozen and entry.type == SPEND:
        return f"not judged for {age(context.now, entry.frozen)}"
    if entry.frozen:
        return x.a(class_="link", href=why_url(context, entry.key))(
            f"not judged for {age(context.now, entry.frozen)}"
        )
    since = age(context.now, entry.first_seen)
    shown = "new" if since == "now" else f"open {since}"
    return f"{shown}, came back" if entry.reopened else shown
