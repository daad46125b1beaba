"""Cloud Cop: what is wrong, by rule, owner or account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dom import Child, Element, x
from services.models.domain.finding import RuleInfo
from services.models.domain.findings import FindingGroup, FindingQuery, FindingTotals
from services.models.everything.coverage import Coverage
from services.models.everything.query import NONE
from views.links.context import Context
from views.links.cop import cop_url, findings_url, mutes_url, rule_url, with_only
from views.links.format import money, number
from views.parts.finding_rows import severity, total_saving
from views.parts.list_state import collected, line, not_collected, nothing_found
from views.parts.parts import account, card, gauge, page_head
from views.shell import layout

GROUPS = {"rule": "By rule", "owner": "By owner", "account": "By account"}
WORST = 6  # rules on Home
SEVERE = FindingQuery(filters={"status": ("open",), "severity": ("critical", "high")})


@dataclass(frozen=True)
class Overview:
    """open, severe: totals of what is open, and of the critical and high ones. statuses: count by status.

    by: one of GROUPS. groups: the open findings by it, worst first. coverage: of the scopes they are about.
    without_data: rules whose resource types were never collected.
    """

    open: FindingTotals
    severe: FindingTotals
    statuses: Mapping[str, int]
    by: str
    groups: tuple[FindingGroup, ...]
    coverage: Coverage = field(default_factory=Coverage)
    without_data: int = 0


def view(context: Context, overview: Overview, rules: Mapping[str, RuleInfo]) -> Element:
    """The whole page."""
    head = page_head(
        x.h1("Cloud Cop"),
        x.span(class_="mut num")(f"{number(len(rules))} rules"),
        [
            x.a(class_="btn", href=findings_url(context))("All findings"),
            x.a(class_="btn", href=mutes_url(context))("Mutes"),
        ],
    )
    told = line(
        f"{number(overview.open.count)} open" if not overview.coverage.nothing else None,
        *collected(context, overview.coverage),
        _idle(overview, len(rules)),
    )
    content: list[Child] = [head, told]
    if overview.groups:
        content += [
            _figures(context, overview),
            _switch(context, overview.by),
            _groups(context, overview, rules),
        ]
    elif overview.coverage.nothing:
        content.append(not_collected(context, overview.coverage))
    else:
        content += [_figures(context, overview), nothing_found(context, overview.coverage)]
    return layout.page(context, "Cloud Cop", content)


def _idle(overview: Overview, rules: int) -> str | None:
    """What no rule could judge is not fine."""
    if overview.coverage.nothing or not overview.without_data:
        return None
    return f"{number(overview.without_data)} of {number(rules)} rules have nothing collected to look at"


def summary(
    context: Context, groups: Sequence[FindingGroup], open: FindingTotals, rules: Mapping[str, RuleInfo]
) -> Element:
    """A card for Home: what is worst. groups: of the open findings by rule, worst first."""
    saved = f", {money(open.saving)}/mo to save" if open.saving else ""
    worst = [
        x.a(href=rule_url(context, group.value))(
            severity(group.severity),
            x.span(class_="name")(rules[group.value].title if group.value in rules else group.value),
            x.span(class_="end num mut")(number(group.totals.count)),
        )
        for group in groups[:WORST]
    ]
    shown = x.div(class_="lines worst")(worst) if worst else x.p(class_="mut")("no findings")
    return card(
        "Cloud Cop",
        shown,
        note=f"{number(open.count)} open{saved}",
        more=x.a(href=cop_url(context))("All rules"),
    )


def _figures(context: Context, overview: Overview) -> Element:
    resolved = findings_url(context, with_only("status", "resolved"))
    statuses = overview.statuses
    return x.div(class_="figures")(
        _figure(
            "Critical and high", number(overview.severe.count), "first of all", findings_url(context, SEVERE)
        ),
        _figure("Open", number(overview.open.count), "findings", findings_url(context)),
        _figure("Saving", _sum(overview.open.saving), "a month, each dollar once"),
        _figure("Perhaps", _sum(overview.open.hints), "more, by age or size only"),
        _figure("Muted", number(statuses.get("muted", 0)), "until they expire", mutes_url(context)),
        _figure("Resolved", number(statuses.get("resolved", 0)), "in the last 90 days", resolved),
    )


def _sum(cents: int) -> str:
    """What no finding has a figure for is not nothing."""
    return money(cents) if cents else "none known"


def _figure(label: str, value: str, note: str, url: str = "") -> Element:
    parts = [
        x.div(class_="label")(label),
        x.div(class_="figure-value")(value),
        x.div(class_="figure-note")(note),
    ]
    return x.a(class_="figure", href=url)(parts) if url else x.div(class_="figure")(parts)


def _switch(context: Context, by: str) -> Element:
    links = [
        x.a(class_="btn", href=cop_url(context, name), aria_current="true" if name == by else None)(title)
        for name, title in GROUPS.items()
    ]
    return x.nav(class_="switch", aria_label="Group")(links)


def _groups(context: Context, overview: Overview, rules: Mapping[str, RuleInfo]) -> Element:
    most = max(group.totals.count for group in overview.groups)
    rows = [_group(context, overview.by, group, most, rules) for group in overview.groups]
    return x.div(class_="table-card")(x.ul(class_="groups")(rows))


def _group(
    context: Context, by: str, group: FindingGroup, most: int, rules: Mapping[str, RuleInfo]
) -> Element:
    rule = rules.get(group.value) if by == "rule" else None
    url = rule_url(context, rule.id) if rule else findings_url(context, with_only(by, group.value))
    return x.li(
        x.a(href=url)(
            severity(group.severity),
            x.span(class_="two")(
                x.b(_title(context, by, group.value, rule)), rule and x.span(x.code(rule.id))
            ),
            gauge(group.totals.count, most),
            x.span(class_="num")(number(group.totals.count)),
            x.span(class_="end num")(total_saving(group.totals)),
        )
    )


def _title(context: Context, by: str, value: str, rule: RuleInfo | None) -> Child:
    if rule:
        return rule.title
    if by == "account":
        return account(context, value)
    return "no owner" if value == NONE else value
