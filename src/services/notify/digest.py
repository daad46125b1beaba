"""Digest: what is told of findings, grouped by owner, then rule, the worst first (pure).

Figures are those of the pages: what a line, a group or a message is about, each dollar once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial

from services.cop.judge.savings import saving_of, totals
from services.models.domain.finding import SEVERITIES, Entry, RuleInfo
from services.models.domain.findings import FindingTotals
from services.models.domain.told import News, Why
from services.models.kit.scope import Key
from services.notify.slack import Group, Message, fitted, inert

SHOWN = 8  # findings of a rule and owner in a message; the next has more of them
NOBODY = "no owner"
Rules = Mapping[str, RuleInfo]
Accounts = Mapping[str, str]
Whys = Mapping[tuple[str, Key], Why]  # by rule and resource


@dataclass(frozen=True)
class Digest:
    """A message, and the findings that it tells of; what did not fit comes with a later one."""

    message: Message
    told: tuple[Entry, ...]


@dataclass(frozen=True)
class Heap:
    """Findings that share a value: an owner, a rule."""

    value: str
    entries: Sequence[Entry]

    @cached_property
    def totals(self) -> FindingTotals:
        return totals(self.entries)

    @cached_property
    def rank(self) -> tuple[int, int, int, str]:
        """The worst first, then the dearest."""
        worst = min(SEVERITIES.index(entry.severity) for entry in self.entries)
        return worst, -self.totals.saving, -self.totals.hints, self.value


def week_of(now: datetime) -> str:
    """The ISO week of a moment in UTC: 2026-W47."""
    year, week, _ = now.isocalendar()
    return f"{year}-W{week:02d}"


def digest(found: list[News], rules: Rules, accounts: Accounts, doubt: str = "", link: str = "") -> Digest:
    """What is new, reopened or risen. doubt: since when a message may be missing, "" for never.

    Its title and figures are of what it tells: what does not fit is taken out, and the rest written again.
    """
    whys = {(each.entry.rule, each.entry.key): each.why for each in found}
    heaps = [rule for owner in _by_owner(each.entry for each in found) for rule in _by_rule(owner.entries)]
    chosen = [entry for heap in heaps for entry in sorted(heap.entries, key=_rank)[:SHOWN]]
    while True:
        groups, order = _groups(chosen, whys, rules, accounts)
        ending = partial(_with_the_next, len(found), order, link)
        made = fitted(_title(chosen, whys), _intro(chosen, doubt), groups, ending)
        told = [entry for entry in order[: made.shown] if entry]
        if len(told) == len(chosen):
            return Digest(made.message, tuple(told))
        chosen = told


def summary(
    entries: list[Entry], fresh: int, week: str, rules: Rules, doubt: str = "", link: str = ""
) -> Digest:
    """All that is open, a line for each rule of an owner. fresh: how many were not told before.

    Title and intro are of all that is open; what it tells of are the lines that fit.
    """
    owners = [(owner, _by_rule(owner.entries)) for owner in _by_owner(entries)]
    groups = [Group(_heading(owner), tuple(_rule_line(each, rules) for each in of)) for owner, of in owners]
    title = f"Cloud Cop, {week}: {len(entries):,} open, {fresh:,} of them not told before"
    made = fitted(title, _intro(entries, doubt), groups, partial(_more_lines, link))
    told = [heap for _, of in owners for heap in of][: made.shown]
    return Digest(made.message, tuple(entry for heap in told for entry in heap.entries))


def _groups(
    chosen: Iterable[Entry], whys: Whys, rules: Rules, accounts: Accounts
) -> tuple[list[Group], list[Entry | None]]:
    """The groups, and the finding that each of their lines tells: None for a rule's own line."""
    groups: list[Group] = []
    order: list[Entry | None] = []
    for owner in _by_owner(chosen):
        lines = []
        for heap in _by_rule(owner.entries):
            entries = sorted(heap.entries, key=_rank)
            lines += [_rule_line(heap, rules), *(_line(entry, whys, accounts) for entry in entries)]
            order += [None, *entries]
        groups.append(Group(_heading(owner), tuple(lines)))
    return groups, order


def _title(chosen: Iterable[Entry], whys: Whys) -> str:
    told = [whys[entry.rule, entry.key] for entry in chosen]
    counts = {why: told.count(why) for why in ("new", "reopened", "risen")}
    return "Cloud Cop: " + ", ".join(f"{count:,} {why}" for why, count in counts.items() if count)


def _intro(entries: Iterable[Entry], doubt: str) -> str:
    found = totals(entries)
    text = f"{_usd(found.saving)} a month" if found.saving else "No known saving"
    if found.hints:
        text += f", and perhaps {_usd(found.hints)} more"
    if doubt:
        text += f"\nWhat was sent since {doubt} may not have arrived: it is on the page."
    return text


def _with_the_next(found: int, order: Sequence[Entry | None], link: str, left: int) -> str:
    """The last line of news. left: how many lines of `order` did not fit."""
    told = sum(entry is not None for entry in order[: len(order) - left])
    return _ending(f"and {found - told:,} more with the next message" if found > told else "", link)


def _more_lines(link: str, left: int) -> str:
    return _ending(f"and {left:,} more lines" if left else "", link)


def _ending(more: str, link: str) -> str:
    return f"<{link}|{more or 'All of it'}: open the page>" if link else more


def _by_owner(entries: Iterable[Entry]) -> list[Heap]:
    return _heaps(entries, lambda entry: entry.owner or "")


def _by_rule(entries: Iterable[Entry]) -> list[Heap]:
    return _heaps(entries, lambda entry: entry.rule)


def _heaps(entries: Iterable[Entry], value_of: Callable[[Entry], str]) -> list[Heap]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[value_of(entry)].append(entry)
    return sorted((Heap(*each) for each in found.items()), key=lambda heap: heap.rank)


def _rank(entry: Entry) -> tuple[int, int, int, Key]:
    """As heaps are ranked."""
    saving = saving_of(entry)
    return SEVERITIES.index(entry.severity), -saving.amount * saving.sure, -saving.amount, entry.key


def _heading(owner: Heap) -> str:
    return f"*{inert(owner.value) or NOBODY}*: {_counted(owner.totals)}"


def _rule_line(heap: Heap, rules: Rules) -> str:
    known = rules.get(heap.value)
    return f"• {inert(known.title if known else heap.value)} ({inert(heap.value)}): {_counted(heap.totals)}"


def _counted(found: FindingTotals) -> str:
    saving = _saving(found)
    return f"{found.count:,}" + (f", {saving} a month" if saving else "")


def _line(entry: Entry, whys: Whys, accounts: Accounts) -> str:
    where = f"{inert(accounts.get(entry.account, entry.account))} {inert(entry.region)}"
    saving, why = _saving(totals([entry])), whys[entry.rule, entry.key]
    told = f"    {inert(entry.name)} ({where}): {inert(entry.message)}" + (f", {saving}" if saving else "")
    return told if why == "new" else f"{told} [{why}]"


def _saving(found: FindingTotals) -> str:
    """What is certain or measured, else the hints, as on the pages; "" for none."""
    if found.saving or not found.hints:
        return _usd(found.saving) if found.saving else ""
    return f"up to {_usd(found.hints)}"


def _usd(cents: int) -> str:
    return f"${cents / 100:,.2f}"
