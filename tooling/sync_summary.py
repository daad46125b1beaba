"""What `inv sync` says of the scopes it has tried: counts that add up, and what failed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from services.models.scope import GLOBAL, Scope, ScopeHead

MOST_NAMED = 3  # regions that are named one by one where all of them have failed alike


def plan_line(scopes: Sequence[Scope]) -> str:
    """What begins: "2,356 scopes: 76 types, 3 accounts, 31 regions"."""
    parts = {
        "type": len({scope.type for scope in scopes}),
        "account": len({scope.account for scope in scopes}),
        "region": len({scope.region for scope in scopes} - {GLOBAL}),
    }
    named = [many(count, noun) for noun, count in parts.items() if count]
    return f"{many(len(scopes), 'scope')}: {', '.join(named)}"


def counts(heads: Sequence[ScopeHead], generation: int) -> str:
    """What is stored of a run: "4 in 4 scopes", or "3 in 3 of 4 scopes" where one failed."""
    good = [head for head in heads if is_good(head, generation)]
    of = "" if len(good) == len(heads) else f"{len(good):,} of "
    return f"{sum(head.count for head in good):,} in {of}{many(len(heads), 'scope')}"


def is_good(head: ScopeHead, generation: int) -> bool:
    """Whether the run of that generation has stored it."""
    return head.generation == generation and head.status == "ok"


def summary(
    heads: Sequence[ScopeHead], generation: int, seconds: float, path: Path, names: Mapping[str, str]
) -> Iterator[str]:
    """Lines on all scopes of a plan. heads: one for each of them. names: of the accounts, by id."""
    where = f"into {path}" if path.exists() else "and nothing was stored"
    found = counts(heads, generation).replace(" in ", " resources in ", 1)
    yield f"Synced {found} in {seconds:.1f} s {where}"
    yield from _throttles(heads)
    failed = [head for head in heads if not is_good(head, generation)]
    if failed:
        yield f"{many(len(failed), 'scope')} failed; what was there is kept:"
    planned = Counter((head.scope.account, head.scope.type) for head in heads)
    for (account, type, reason), regions in _alike(failed).items():
        everywhere = len(regions) == planned[account, type] > MOST_NAMED
        where = f"in all {len(regions)} regions" if everywhere else ", ".join(regions)
        yield f"  {names[account]} {type} {where}: {reason}"


def reason_of(head: ScopeHead) -> str:
    """Why it failed."""
    return head.error or "a newer collection is stored; is the clock of this machine right?"


def _throttles(heads: Sequence[ScopeHead]) -> Iterator[str]:
    """Which types were slowed down by AWS: they are what to ask less often, or in fewer threads."""
    throttled: Counter[str] = Counter()
    for head in heads:
        throttled[head.scope.type] += head.throttles or 0
    total, calls = throttled.total(), sum(head.calls or 0 for head in heads)
    if total:
        most = ", ".join(f"{type} {count:,}" for type, count in throttled.most_common(3) if count)
        yield f"AWS refused {total:,} of {calls:,} calls as too many ({most})"


def _alike(failed: Iterable[ScopeHead]) -> dict[tuple[str, str, str], list[str]]:
    """The regions of the scopes that failed alike."""
    alike: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for head in sorted(failed, key=lambda head: head.scope):
        alike[head.scope.account, head.scope.type, reason_of(head)].append(head.scope.region)
    return alike


def many(count: int, noun: str) -> str:
    """ "1 scope", "2,356 scopes"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
