"""What Polo would know of the demo estate's last weeks: findings, mutes, and the reports of earlier days.

Cloud Cop inspects the estate as it was on some days, by its History, and the reports are made of it: by the
code that does so for any estate.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from services.cop.patrol.patrol import patrol
from services.cop.registry import RULES
from services.cop.store.findings import Findings
from services.cop.store.findings_writer import write_findings
from services.cop.store.local import LocalFindingStore
from services.costs.dates import DAY
from services.models.all import Everything
from services.models.domain.finding import Entry, Mute
from services.models.kit.base import Document
from services.models.kit.change import Change
from services.models.kit.scope import Key
from services.models.kit.values import iso
from services.read.everything_build import build
from services.reports.registry import REPORTERS
from services.reports.run import make_reports
from services.store.estate import Estate, write_estate
from tooling.data_folder import backend_in
from tooling.demo.whose import ML, PROD, SANDBOX

BACK = (30, 14, 7, 1)  # days ago on which there was a patrol, and reports; inventory asks for 7 and 30
OLDEST = 70  # days that a finding of the first patrol may have been open for
# rule, account, name, reason, author, days since it was entered, days until it expires
MUTES = (
    ("EC2-OLD", PROD, "", "Rebuilt with the move to EKS", "ana.ruiz", 20, 70),
    ("TAG-REQUIRED", SANDBOX, "", "The sandbox is emptied each quarter", "ben.okafor", 33, 12),
    ("EC2-IDLE", ML, "", "Hosts wait for next week's training run", "chen.li", 2, 5),
    ("S3-NOLIFECYCLE", "", "*-backups-*", "Backups are kept for seven years", "eva.novak", 60, 300),
    ("SG-OPEN", PROD, "", "The office network moves; then port 22 is closed", "faisal.khan", 40, -9),
)

MADE = frozenset(f"demo-{number}" for number, _ in enumerate(MUTES))  # ids of mutes that nobody entered


def write_past(folder: Path, estate: Estate, now: datetime) -> None:
    """Write findings, mutes and reports beside the estate of `folder`; mutes of others stay as they are."""
    store = backend_in(folder).finding_store()
    store.findings.unlink(missing_ok=True)
    shutil.rmtree(folder / "reports", ignore_errors=True)
    for name, mute in zip(sorted(MADE), MUTES, strict=True):
        store.mute(_mute(name, *mute, now))
    for back in BACK:
        _day(folder, estate, now - back * DAY, first=back == BACK[0], last=back == BACK[-1])


def _mute(
    id: str, rule: str, account: str, name: str, reason: str, author: str, ago: int, rest: int, now: datetime
) -> Mute:
    created, expires = iso(now - ago * DAY) or "", iso(now + rest * DAY) or ""
    return Mute(id, reason, author, created, expires, rule=rule, account=account, name=name)


def _day(folder: Path, estate: Estate, at: datetime, *, first: bool, last: bool) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        file, database = Path(scratch) / "estate.json", Path(scratch) / "everything.sqlite"
        write_estate(file, estate_at(estate, at))
        build(file, database)
        everything = Everything(database)
        findings = _inspected(everything, folder, Path(scratch) / "cop.sqlite", at, spent=last)
        if first:
            _open_earlier(backend_in(folder).finding_store(), estate, at)
        _report(folder, everything, findings, at)


def _inspected(everything: Everything, folder: Path, file: Path, at: datetime, *, spent: bool) -> Findings:
    """spent: whether the costs that are known today were known by then."""
    backend = backend_in(folder)
    store, known = backend.finding_store(), backend.world(at)
    known = known if spent else replace(known, spending=lambda: None)
    ledgers = list(patrol(everything, store, RULES, known))
    write_findings(file, ledgers, store.mutes(), at)
    return Findings(file)


def _report(folder: Path, everything: Everything, findings: Findings, at: datetime) -> None:
    backend = backend_in(folder)
    reports = backend.report_store(lambda: at)
    known = backend.sources(everything, at, reports, backend.payer(at), _Found(findings))
    list(make_reports(REPORTERS.values(), known, reports, str))


@dataclass(frozen=True)
class _Found:
    findings: Findings

    def current(self, everything: Everything, now: datetime) -> Findings:
        return self.findings

    def at_hand(self, everything: Everything, now: datetime) -> Findings | None:
        return self.findings


def _open_earlier(store: LocalFindingStore, estate: Estate, at: datetime) -> None:
    """Let the findings of the first patrol be of several ages, none older than its resource."""
    created = {
        Key(each["type"], each["account"], each["region"], each["id"]): each["created"] or ""
        for documents in estate.resources.values()
        for each in documents
    }
    for account in store.versions():
        ledger = store.ledger(account)
        entries = [_earlier(entry, created.get(entry.key, ""), at) for entry in ledger.entries]
        store.keep(ledger, entries, ledger.inspected)


def _earlier(entry: Entry, created: str, at: datetime) -> Entry:
    random = Random(f"{entry.rule}/{entry.id}")  # noqa: S311  believable, not secret
    seen = iso(at - timedelta(hours=random.randrange(OLDEST * 24))) or ""
    return replace(entry, first_seen=min(max(seen, created), entry.first_seen))


def estate_at(estate: Estate, at: datetime) -> Estate:
    """The estate as it was, by its History and by when things were created."""
    then, moment = estate.copy(), iso(at) or ""
    for scope, documents in estate.resources.items():
        known = {document["id"]: document for document in documents if (document["created"] or "") <= moment}
        for change in sorted(estate.history.get(scope, ()), key=lambda each: each.at, reverse=True):
            if change.at > moment:
                _undo(known, change)
        then.resources[scope] = [known[id] for id in sorted(known)]
        then.heads[scope] = replace(estate.heads[scope], count=len(known))
    for scope in [scope for scope, head in then.heads.items() if head.error and head.generation >= _ms(at)]:
        then.heads[scope] = replace(then.heads[scope], status="ok", error="")
    then.history = {scope: list(_until(changes, moment)) for scope, changes in estate.history.items()}
    return then


def _undo(known: dict[str, Document], change: Change) -> None:
    if change.kind == "appeared":
        known.pop(change.id, None)
    elif change.kind == "changed" and change.id in known:
        before = {name: old for name, (old, _) in change.fields.items()}
        known[change.id] = known[change.id] | before
    elif change.kind == "vanished":
        like = next((each for each in known.values() if each["name"] == change.name), None)
        if like:
            arn = str(like["arn"]).replace(like["id"], change.id)
            known[change.id] = like | {"id": change.id, "arn": arn}


def _until(changes: list[Change], moment: str) -> Iterator[Change]:
    return (change for change in changes if change.at <= moment)


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
