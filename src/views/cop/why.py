"""What each rule says of one resource: flagged, fine, or why it can't tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dom import Child, Element, x
from services.models.domain.finding import Finding, RuleInfo, Unknown, Verdict
from services.models.kit.scope import Key
from views.links.context import Context
from views.links.cop import rule_url
from views.links.format import named
from views.links.links import resource_url
from views.parts.finding_rows import saving, severity
from views.parts.parts import page_head
from views.shell import layout


@dataclass(frozen=True)
class Judgement:
    rule: RuleInfo
    verdict: Verdict


def view(context: Context, key: Key, name: str, judgements: Iterable[Judgement], frozen: str = "") -> Element:
    """The whole page. frozen: why its scope is not judged at all, "" when it is."""
    rows = [_row(context, each) for each in sorted(judgements, key=_rank)]
    name = named(name, key.id)
    return layout.page(
        context,
        f"Rules of {name}",
        [
            x.nav(class_="crumbs", aria_label="Breadcrumb")(x.a(href=resource_url(context, key))(name)),
            page_head(x.h1("What the rules say")),
            x.p(class_="card notice-line", role="status")(frozen) if frozen else None,
            x.div(class_="table-card")(x.ul(class_="findings")(rows)),
        ],
    )


def _rank(each: Judgement) -> tuple[int, str]:
    return (0 if isinstance(each.verdict, Finding) else 1 if each.verdict else 2), each.rule.id


def _row(context: Context, each: Judgement) -> Element:
    rule, verdict = each.rule, each.verdict
    return x.li(
        _mark(rule, verdict),
        x.div(class_="two")(
            x.b(rule.title),
            x.span(x.a(class_="link", href=rule_url(context, rule.id))(x.code(rule.id)), " ", _said(verdict)),
        ),
        x.span(class_="end num")(_saving(rule, verdict)),
    )


def _mark(rule: RuleInfo, verdict: Verdict) -> Element:
    if isinstance(verdict, Finding):
        return severity(verdict.severity or rule.severity)
    return x.span(class_="sev sev-info")("unknown") if verdict else x.span(class_="sev sev-fine")("fine")


def _said(verdict: Verdict) -> Child:
    if isinstance(verdict, Finding):
        return verdict.message
    return verdict.reason if isinstance(verdict, Unknown) else "nothing to say"


def _saving(rule: RuleInfo, verdict: Verdict) -> str:
    if not isinstance(verdict, Finding):
        return ""
    return saving(verdict.saving, hint=(verdict.confidence or rule.confidence) == "hint")
