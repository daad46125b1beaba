"""A rule explains itself: why, what to do, its limits, and what it found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dom import Child, Element, x
from services.models.domain.finding import EVERY_TYPE, RuleInfo
from services.models.domain.findings import FindingGroup, FindingPage
from services.models.everything.coverage import Coverage
from services.models.everything.query import NONE
from views.cop.findings import finding_line
from views.links.context import Context
from views.links.cop import cop_url, findings_url, mutes_url, with_only
from views.links.format import number, plural
from views.links.links import with_value
from views.parts.finding_rows import lines, severity, total_saving
from views.parts.list_state import NOTHING_SAID, not_collected, nothing_found
from views.parts.parts import card, gauge, page_head, type_title
from views.shell import layout

OWNERS = 10  # that are shown


def view(
    context: Context,
    rule: RuleInfo,
    page: FindingPage,
    owners: tuple[FindingGroup, ...],
    limits: Mapping[str, Any],
    prices: str,
    coverage: Coverage = NOTHING_SAID.coverage,
) -> Element:
    """The whole page. page: the first open findings. limits: as cop.toml has them.

    prices: their date, told where money is saved. coverage: of the scopes that it looks at.
    """
    facts = _facts(rule, limits, prices if total_saving(page.totals) else "")
    mute = x.a(class_="btn", href=mutes_url(context, rule=rule.id))("Mute")
    head = page_head(x.h1(rule.title), x.code(class_="mut")(rule.id), [mute] if page.totals.count else [])
    return layout.page(
        context,
        rule.title,
        [
            x.nav(class_="crumbs", aria_label="Breadcrumb")(x.a(href=cop_url(context))("Cloud Cop")),
            head,
            finding_line(context, number(page.totals.count), page.totals, coverage),
            x.div(class_="grid-cards detail")(
                x.div(class_="stack")(_found(context, rule, page, coverage)),
                x.div(class_="stack")(card("What it means", facts), _owners(context, rule, owners)),
            ),
        ],
    )


def _found(context: Context, rule: RuleInfo, page: FindingPage, coverage: Coverage) -> Element:
    saved = total_saving(page.totals)
    note = plural(page.totals.count, "finding") + (f", {saved} a month" if saved else "")
    if not page.rows:
        empty = not_collected(context, coverage) if coverage.nothing else nothing_found(context, coverage)
        return card("Open", empty)
    every = x.a(href=findings_url(context, with_only("rule", rule.id)))("All, with filters")
    return card("Open", lines(context, page.rows, {rule.id: rule}), note=note, more=every)


def _facts(rule: RuleInfo, limits: Mapping[str, Any], prices: str) -> Element:
    shown = [_limit(name, limits[name], rule.limits[name]) for name in rule.limits]
    types = "every type" if rule.types == EVERY_TYPE else ", ".join(map(type_title, rule.types))
    facts: list[tuple[str, Child]] = [
        ("Severity", severity(rule.severity)),
        ("Confidence", rule.confidence),
        ("Looks at", types),
        ("Why", rule.why),
        ("What to do", rule.fix),
        ("Limits", x.ul(shown) if shown else "none"),
        ("Source", rule.source),
        *([("Prices", prices)] if prices else []),
    ]
    return x.dl(class_="facts")([x.div(x.dt(term), x.dd(value)) for term, value in facts])


def _limit(name: str, value: Any, usual: Any) -> Element:
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    changed = x.span(class_="mut")(f" (usually {usual}, see cop.toml)") if value != usual else None
    return x.li(x.code(name), f" {text}", changed)


def _owners(context: Context, rule: RuleInfo, owners: tuple[FindingGroup, ...]) -> Element | None:
    if not owners:
        return None
    most = max(group.totals.count for group in owners)
    rows = [_owner(context, rule, group, most) for group in owners[:OWNERS]]
    return card("Owners", x.div(class_="bars")(rows))


def _owner(context: Context, rule: RuleInfo, group: FindingGroup, most: int) -> Element:
    theirs = with_value(with_only("rule", rule.id), "owner", group.value)
    return x.a(href=findings_url(context, theirs))(
        x.span(class_="name")("no owner" if group.value == NONE else group.value),
        gauge(group.totals.count, most),
        x.span(class_="num")(number(group.totals.count)),
    )
