"""Mutes: what nobody wants to hear of, why, by whom and until when; with a form and what it would mute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dom import Attribute, Child, Element, x
from services.models.domain.finding import Mute
from services.models.everything.coverage import Coverage
from views.links.context import Context
from views.links.cop import CONDITIONS, FORM, cop_url, mutes_url
from views.links.format import ago, cut, plural, utc
from views.parts.list_state import NOTHING_SAID, collected, line
from views.parts.parts import account_name, card, page_head
from views.shell import layout

LABELS = {
    "rule": ("Rule", "EC2-OLD"),
    "account": ("Account", "111122223333"),
    "region": ("Region", "eu-west-1"),
    "arn": ("ARN", "arn:aws:ec2:*:instance/*"),
    "name": ("Name", "jenkins-*"),
    "tag": ("Tag", "Environment=sandbox"),
}
SPANS = {"7": "a week (snooze)", "30": "30 days", "90": "90 days", "365": "a year"}


@dataclass(frozen=True)
class Draft:
    """A mute that is being written. covers: open findings that it would mute, None without a condition.

    problem: what is wrong with it, mostly "". field: the one that was refused for that, "" for none of them.
    """

    given: Mapping[str, str]
    covers: int | None = None
    problem: str = ""
    field: str = ""


def view(
    context: Context,
    mutes: Sequence[Mute],
    counts: Mapping[str, int],
    draft: Draft,
    rules: Sequence[str],
    coverage: Coverage = NOTHING_SAID.coverage,
) -> Element:
    """The whole page. counts: muted findings by the mute's id. coverage: of the scopes they are about."""
    return layout.page(
        context,
        "Mutes",
        [
            x.nav(class_="crumbs", aria_label="Breadcrumb")(x.a(href=cop_url(context))("Cloud Cop")),
            page_head(x.h1("Mutes"), None, [x.a(class_="btn to-form", href=f"#{FORM}")("Mute findings")]),
            line(plural(len(mutes), "mute"), _muted(counts, coverage), *collected(context, coverage)),
            x.div(class_="grid-cards detail")(
                x.div(class_="stack")(_list(context, mutes, counts)),
                x.div(class_="stack", id=FORM)(card("Mute findings", _form(context, draft, rules))),
            ),
        ],
    )


def _muted(counts: Mapping[str, int], coverage: Coverage) -> str | None:
    return None if coverage.nothing else f"{plural(sum(counts.values()), 'finding')} muted"


def _list(context: Context, mutes: Sequence[Mute], counts: Mapping[str, int]) -> Element:
    return card("Muted", x.ul(class_="findings")([_mute(context, mute, counts) for mute in mutes]))


def _mute(context: Context, mute: Mute, counts: Mapping[str, int]) -> Element:
    over = mute.expires <= f"{context.now:%Y-%m-%dT%H:%M:%SZ}"
    ends = "ended" if over else "until"
    return x.li(class_="muted" if over else None)(
        x.div(class_="two")(
            x.b(", ".join(_condition(context, mute, name) for name in CONDITIONS if getattr(mute, name))),
            x.span(mute.reason if mute.built_in else _whose(context, mute)),
        ),
        x.span(class_="mut when")("built in" if mute.built_in else f"{ends} {utc(mute.expires)}"),
        x.span(class_="num mut")(plural(counts.get(mute.id, 0), "finding")),
        None if mute.built_in else _unmute(context, mute),
    )


def _whose(context: Context, mute: Mute) -> str:
    return f"{mute.reason} · {mute.author}, {ago(context.now, mute.created)}"


def _unmute(context: Context, mute: Mute) -> Element:
    return x.form(method="post", action=f"{mutes_url(context)}/{mute.id}/delete")(
        x.input(type="hidden", name="csrf", value=context.csrf), x.button(class_="btn")("Unmute")
    )


def _condition(context: Context, mute: Mute, name: str) -> str:
    value = str(getattr(mute, name))
    return account_name(context, value) if name == "account" else cut(value)


def _form(context: Context, draft: Draft, rules: Sequence[str]) -> Element:
    """One form: a change asks again what it would mute; Preview does so without scripts."""
    url = mutes_url(context)
    preview = {"hx_get": url, "hx_trigger": "input changed delay:200ms", "hx_target": "#preview"}
    preview |= {"hx_select": "#preview", "hx_swap": "outerHTML", "hx_sync": "this:replace"}
    return x.form(class_="mute-form", method="post", action=url, **preview)(
        [_condition_box(draft, name) for name in CONDITIONS],
        x.datalist(id="rules")([x.option(value=rule) for rule in rules]),
        _field(draft, "reason", "Reason", maxlength=500),
        x.label(x.span("For"), x.select(name="days")([_span(draft, days) for days in SPANS])),
        x.p(id="preview", role="status", class_="mut")(_preview(draft)),
        x.div(class_="actions")(
            x.button(class_="btn", formmethod="get", formaction=url)("Preview"),
            # the token is this button's: a preview, which is a GET, does not write it into an address
            x.button(class_="btn main-action", type="submit", name="csrf", value=context.csrf)("Mute"),
        ),
    )


def _condition_box(draft: Draft, name: str) -> Element:
    title, hint = LABELS[name]
    rules = {"list": "rules"} if name == "rule" else {}
    return _field(draft, name, title, placeholder=hint, maxlength=300, autocomplete="off", **rules)


def _field(draft: Draft, name: str, title: str, **attributes: Attribute) -> Element:
    """What is wrong with the field stands below it, and it has the focus then: the page shows it."""
    value = draft.given.get(name, "")
    if draft.field != name:
        return x.label(x.span(title), x.input(name=name, value=value, **attributes))
    told: dict[str, Attribute] = {"aria_invalid": "true", "aria_describedby": "refused", "autofocus": True}
    box = x.input(name=name, value=value, **attributes, **told)
    return x.div(x.label(x.span(title), box), x.p(class_="refused", id="refused")(draft.problem))


def _span(draft: Draft, days: str) -> Element:
    chosen = days == draft.given.get("days", "90")
    return x.option(value=days, selected=chosen or None)(SPANS[days])


def _preview(draft: Draft) -> Child:
    if draft.problem and not draft.field:
        return draft.problem
    if draft.covers is None:
        return "All conditions that are given must hold; * stands for anything."
    return x.b(f"This mutes {plural(draft.covers, 'open finding')}.")
