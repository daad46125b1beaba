"""Ledger: what an inspection makes of the findings that were known before it (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from services.cop.judge.inspection import Inspected, Judged, key_of
from services.models.domain.finding import Entry, Finding
from services.models.kit.scope import Key
from services.models.kit.values import iso

KEPT = timedelta(days=90)  # that a resolved finding is remembered, and may reopen
Identity = tuple[str, Key]  # rule and resource
Flagged = tuple[Judged, Finding]


def merged(known: Iterable[Entry], found: Inspected, now: datetime, rules: Collection[str]) -> list[Entry]:
    """The account's findings after an inspection, by rule and resource.

    A finding resolves only where its scope was looked at and its rule had nothing to say; where the scope's
    last collection failed, or the verdict is Unknown, it is frozen. One that comes back is reopened. A rule
    that is no longer among `rules` resolves its findings.
    """
    before = {(entry.rule, entry.key): entry for entry in known}
    flagged, unsure = _by_identity(found.judged)
    at = iso(now) or ""
    after = {identity: _seen(before.get(identity), judged, at) for identity, judged in flagged.items()}
    for identity, entry in before.items():
        if identity not in flagged:
            frozen = entry.rule in rules and (entry.scope not in found.healthy or identity in unsure)
            after[identity] = _not_seen(entry, at, frozen=frozen)
    oldest = iso(now - KEPT) or ""
    kept = (entry for entry in after.values() if not entry.resolved or entry.resolved >= oldest)
    return sorted(kept, key=lambda entry: (entry.rule, entry.key))


def _by_identity(judged: Iterable[Judged]) -> tuple[dict[Identity, list[Flagged]], set[Identity]]:
    """What is flagged, and what can't be told. Several that are about one resource stand together."""
    flagged: dict[Identity, list[Flagged]] = defaultdict(list)
    unsure = set()
    for each in judged:
        identity = (each.rule.id, each.key)
        if isinstance(each.verdict, Finding):
            flagged[identity].append((each, each.verdict))
        else:
            unsure.add(identity)
    return flagged, unsure


def _seen(before: Entry | None, flagged: list[Flagged], at: str) -> Entry:
    entry = _entry(flagged, at)
    if before is None:
        return entry
    if before.resolved:
        return replace(entry, reopened=before.reopened + 1)
    first_seen = min(before.first_seen, at)  # later than now: a clock was wrong
    return replace(entry, first_seen=first_seen, reopened=before.reopened)


def _not_seen(entry: Entry, at: str, *, frozen: bool) -> Entry:
    if entry.resolved:
        return entry
    return replace(entry, frozen=entry.frozen or at) if frozen else replace(entry, frozen="", resolved=at)


def _entry(flagged: list[Flagged], at: str) -> Entry:
    judged, finding = flagged[0]
    rule, resource, key = judged.rule, judged.resource, judged.key
    own = finding.about is None
    savings = [each.saving for _, each in flagged if each.saving is not None]
    return Entry(
        rule.id,
        *key,
        name=(resource.name or resource.id) if own else key.id,
        arn=resource.arn if own else "",
        owner=resource.whose,
        severity=finding.severity or rule.severity,
        confidence=finding.confidence or rule.confidence,
        message=finding.message + (f" (and {len(flagged) - 1} more)" if len(flagged) > 1 else ""),
        saving=sum(savings, Decimal()) if savings else None,
        formula=finding.formula,
        scope_type=judged.scope.type,
        scope_region=judged.scope.region,
        first_seen=at,
        tags=dict(resource.tags) if own else {},
        covers=_covers(flagged, key),
    )


def _covers(flagged: list[Flagged], key: Key) -> tuple[Key, ...]:
    """What the savings delete or change beside that resource. What was looked at is among it: a group's
    saving is its instances'.
    """
    covered = {
        each
        for judged, finding in flagged
        if finding.saving is not None
        for each in (key_of(judged.resource), *finding.covers)
    }
    return tuple(sorted(covered - {key}))
