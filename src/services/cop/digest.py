"""Digest: what is told of findings, grouped by owner, then rule (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from services.cop.told import News
from services.models.finding import SEVERITIES, Entry, RuleInfo
from services.models.values import cents
from services.slack import Group, Message, inert, message

SHOWN = 8  # findings of a rule in a digest; the page has all
NOBODY = "no owner"
T = TypeVar("T")
Rules = Mapping[str, RuleInfo]
Accounts = Mapping[str, str]


def week_of(now: datetime) -> str:
    """The ISO week of a moment in UTC: 2026-W47."""
    year, week, _ = now.isocalendar()
    return f"{year}-W{week:02d}"


def digest(found: list[News], rules: Rules, accounts: Accounts, doubt: str = "", link: str = "") -> Message:
    """What is new, reopened or risen. doubt: since when a message may be missing, "" for never."""
    groups = [
        Group(
            _title(owner, [each.entry for each in of]),
            tuple(line for lines in _by_rule(of, rules, accounts) for line in lines),
        )
        for owner, of in _by_owner(found, lambda each: each.entry)
    ]
    counts = {why: sum(each.why == why for each in found) for why in ("new", "reopened", "risen")}
    told = ", ".join(f"{count:,} {why}" for why, count in counts.items() if count)
    return message(f"Cloud Cop: {told}", _intro([each.entry for each in found], doubt), groups, link)


def summary(
    entries: list[Entry], fresh: int, week: str, rules: Rules, doubt: str = "", link: str = ""
) -> Message:
    """All that is open, a line for each rule of an owner. fresh: how many were not told before."""
    owners = _by_owner(entries, lambda entry: entry)
    groups = [Group(_title(owner, of), _rule_lines(of, rules)) for owner, of in owners]
    title = f"Cloud Cop, {week}: {len(entries):,} open, {fresh:,} of them not told before"
    return message(title, _intro(entries, doubt), groups, link)


def _intro(entries: list[Entry], doubt: str) -> str:
    text = f"{_saving(entries) or 'No known saving'}" + (" a month" if _saving(entries) else "")
    if doubt:
        text += f"\nWhat was sent since {doubt} may not have arrived: it is on the page."
    return text


def _by_owner(found: Iterable[T], entry: Callable[[T], Entry]) -> list[tuple[str, list[T]]]:
    """The dearest owner first, what nobody owns last."""
    owners: dict[str, list[T]] = defaultdict(list)
    for each in found:
        owners[entry(each).owner or ""].append(each)

    def weight(item: tuple[str, list[T]]) -> tuple[bool, Decimal, str]:
        return not item[0], -_sum(map(entry, item[1])), item[0]

    return sorted(owners.items(), key=weight)


def _by_rule(found: list[News], rules: Rules, accounts: Accounts) -> Iterable[list[str]]:
    by_rule: dict[str, list[News]] = defaultdict(list)
    for each in found:
        by_rule[each.entry.rule].append(each)
    for rule, of in sorted(by_rule.items(), key=lambda item: _rank([each.entry for each in item[1]])):
        of.sort(key=lambda each: _rank([each.entry]))
        lines = [_rule_line(rule, [each.entry for each in of], rules)]
        lines += [_line(each, accounts) for each in of[:SHOWN]]
        yield lines + ([f"    and {len(of) - SHOWN:,} more"] if len(of) > SHOWN else [])


def _rule_lines(entries: list[Entry], rules: Rules) -> tuple[str, ...]:
    by_rule: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_rule[entry.rule].append(entry)
    worst = sorted(by_rule.items(), key=lambda item: _rank(item[1]))
    return tuple(_rule_line(rule, of, rules) for rule, of in worst)


def _rank(entries: list[Entry]) -> tuple[int, Decimal, str, str]:
    """The worst first, then the dearest."""
    severity = min(SEVERITIES.index(entry.severity) for entry in entries)
    return severity, -_sum(entries), entries[0].rule, entries[0].id


def _title(owner: str, entries: list[Entry]) -> str:
    return f"*{inert(owner) or NOBODY}*: {_counted(entries)}"


def _rule_line(rule: str, entries: list[Entry], rules: Rules) -> str:
    known = rules.get(rule)
    return f"• {inert(known.title if known else rule)} ({inert(rule)}): {_counted(entries)}"


def _counted(entries: list[Entry]) -> str:
    saving = _saving(entries)
    return f"{len(entries):,}" + (f", {saving} a month" if saving else "")


def _line(each: News, accounts: Accounts) -> str:
    entry = each.entry
    where = f"{inert(accounts.get(entry.account, entry.account))} {inert(entry.region)}"
    saving = _saving([entry])
    told = f"    {inert(entry.name)} ({where}): {inert(entry.message)}" + (f", {saving}" if saving else "")
    return told if each.why == "new" else f"{told} [{each.why}]"


def _saving(entries: list[Entry]) -> str:
    """ "$12.50", "" for none. Hints are left out: nothing was measured."""
    whole = _sum(entry for entry in entries if entry.confidence != "hint")
    return f"${whole:,.2f}" if whole else ""


def _sum(entries: Iterable[Entry]) -> Decimal:
    """The largest saving of each resource: of several only one can be had. In cents, as pages add them up."""
    best: dict[object, int] = {}
    for entry in entries:
        if entry.saving is not None:
            best[entry.key] = max(cents(str(entry.saving)) or 0, best.get(entry.key, 0))
    return Decimal(sum(best.values())).scaleb(-2)
