"""`inv cop`: judge the local data by the rules, and print what was found."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from errors import DataFileError, PoloError
from services.cop.registry import RULES
from services.cop.store.findings import Findings
from services.models.all import Everything
from services.models.domain.finding import without_data
from services.models.domain.findings import FindingQuery, FindingRow
from settings import ROOT
from tooling.data_folder import backend_in
from tooling.laptop.cop_notify import tell
from tooling.names import some_of
from tooling.terminal import plain
from wiring.local import LocalBackend

OPEN = ("open",)


def cop(
    rule: str = "",
    profile: str = "",
    *,
    as_json: bool = False,
    notify: bool = False,
    dry_run: bool = False,
    data_dir: Path = ROOT / "data",
    now: datetime | None = None,
    out: TextIO | None = None,
) -> int:
    """Patrol the local data (the demo estate where there is none), and print the open findings.

    rule, profile: names to show, separated by commas, empty for all; everything is judged in any case.
    notify: tell the channels of SLACK_WEBHOOK_URL what is news; dry_run: print that instead. Answer the exit
    code.
    """
    out = out or sys.stdout
    now = now or datetime.now(UTC)
    try:
        backend = backend_in(data_dir)
        everything = local_estate(backend)
        query = FindingQuery(filters=_filters(rule, profile, everything))
        findings = backend.findings().renew(everything, now)
        if notify or dry_run:
            return tell(findings, everything, backend, now, out, dry_run=dry_run)
    except PoloError as error:
        print(error, file=sys.stderr)
        return 1
    tell_gaps(everything)
    if as_json:
        print(json.dumps([row.entry.to_json() for row in findings.every(query)], indent=2), file=out)
        return 0
    shown = _rows(findings.every(query), everything.accounts()) if rule else _rules(findings, query)
    for line in (*shown, *_totals(findings, query)):
        print(line, file=out)
    return 0


def tell_gaps(everything: Everything) -> None:
    """Say on standard error what the answer leaves out, for it was not collected."""
    found = everything.coverage(None, {})
    bad = found.failing + found.held
    if found.closed.scopes:
        print(f"{found.closed.words}: nothing is said of what is there", file=sys.stderr)
    elif found.nothing:
        print("Nothing collected yet: nothing is known of any resource. Way out: inv sync", file=sys.stderr)
    if bad and not found.nothing:
        text = f"{bad:,} of {found.open:,} scopes failed: what is said of them is as old as it was"
        print(text, file=sys.stderr)
    idle = without_data(RULES.values(), everything.collected_types())
    if idle and not found.nothing:
        text = f"{len(idle)} of {len(RULES)} rules have nothing collected to look at. Way out: inv sync"
        print(text, file=sys.stderr)


def local_estate(backend: LocalBackend) -> Everything:
    """The local data, or the demo estate while there is none. Raises DataFileError for what can't be read."""
    model = backend.estate()
    everything = model.current()
    if model.notice:  # pages go on with other data; what is kept must be of this
        raise DataFileError(model.notice)
    return everything


def _filters(rule: str, profile: str, everything: Everything) -> Mapping[str, tuple[str, ...]]:
    """Raises UnknownName."""
    accounts = {name: id for id, name in everything.accounts().items()}
    chosen = {"status": OPEN, "rule": tuple(some_of("rule", rule, RULES))}
    chosen["account"] = tuple(accounts[name] for name in some_of("profile", profile, accounts))
    return chosen


def _rules(findings: Findings, query: FindingQuery) -> Iterator[str]:
    groups = findings.groups("rule", query)
    for group in groups:
        saving = _money(group.totals.saving) + (" ?" if group.totals.hints else "")
        start = f"{group.severity:9}{group.value:16}{group.totals.count:6}{saving:>14}"
        yield f"{start}  {RULES[group.value].title}"
    twice = sum(group.totals.saving for group in groups) - findings.totals(query).saving
    if twice:
        yield f"{_money(twice)} of it by more than one rule, and counted once:"


def _rows(rows: Iterable[FindingRow], accounts: Mapping[str, str]) -> Iterator[str]:
    for entry in (row.entry for row in rows):
        where = f"{accounts.get(entry.account, entry.account)} {entry.region}"
        saving = "" if entry.saving is None else f"  ${entry.saving:,.2f}"
        what = plain(f"{entry.name} ({where}): {entry.message}")
        yield f"{entry.severity:9}{entry.rule:16}{what}{saving}"


def _totals(findings: Findings, query: FindingQuery) -> Iterator[str]:
    totals = findings.totals(query)
    cost = f"they cost {_money(totals.saving)} a month" if totals.saving else "no saving known"
    yield f"{totals.count:,} open findings; {cost}"
    if totals.hints:
        yield f"and perhaps {_money(totals.hints)} more (hints, marked ?)"


def _money(amount: int) -> str:
    return f"${amount / 100:,.2f}" if amount else "-"
