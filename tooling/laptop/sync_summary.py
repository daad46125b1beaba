"""What `inv sync` says of the scopes it has tried: counts that add up, and what failed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from services.models.kit.closed import closed_scopes, spots_of
from services.models.kit.scope import CLOSED, GLOBAL, Scope, ScopeHead

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
    """What is stored of a run: "4 in 4 scopes", or "3 in 3 of 4 scopes" where one failed.

    What a policy of the organisation closes is none of them.
    """
    heads = [head for head in heads if not is_closed(head, generation)]
    good = [head for head in heads if is_good(head, generation)]
    of = "" if len(good) == len(heads) else f"{len(good):,} of "
    return f"{sum(head.count for head in good):,} in {of}{many(len(heads), 'scope')}"


def is_good(head: ScopeHead, generation: int) -> bool:
    """Whether the run of that generation has stored it."""
    return head.generation == generation and head.status == "ok"


def is_closed(head: ScopeHead, generation: int) -> bool:
    """Whether the run of that generation found it closed by a policy of the organisation."""
    return head.attempted == generation and head.status == CLOSED


def failures(heads: Iterable[ScopeHead], generation: int) -> list[ScopeHead]:
    """Those that the run of that generation has not stored, though somebody in the account could allow it."""
    return [head for head in heads if not (is_good(head, generation) or is_closed(head, generation))]


def closed_lines(heads: Iterable[ScopeHead], names: Mapping[str, str]) -> Iterator[str]:
    """One line for each account with closed scopes. heads: all that were tried."""
    by_account: dict[str, list[ScopeHead]] = defaultdict(list)
    for head in heads:
        by_account[head.scope.account].append(head)
    for account in sorted(by_account, key=lambda id: names[id]):
        spots = spots_of(by_account[account])
        if words := closed_scopes(spots).words:
            partly = {spot.region for spot in spots if spot.region == GLOBAL or spot.closed < spot.scopes}
            named = [
                f"{head.scope.type} {head.scope.region}"
                for head in sorted(by_account[account], key=lambda head: head.scope)
                if head.status == CLOSED and head.scope.region in partly
            ]
            more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
            yield f"{names[account]}: {words}" + (
                f" ({', '.join(named[:MOST_NAMED])}{more})" if named else ""
            )


def summary(
    heads: Sequence[ScopeHead], generation: int, seconds: float, path: Path, names: Mapping[str, str]
) -> Iterator[str]:
    """Lines on all scopes of a plan. heads: one for each of them. names: of the accounts, by id."""
    where = f"into {path}" if path.exists() else "and nothing was stored"
    found = counts(heads, generation).replace(" in ", " resources in ", 1)
    yield f"Synced {found} in {seconds:.1f} s {where}"
    yield from _throttles(heads)
    yield from closed_lines(heads, names)
    failed = failures(heads, generation)
    if failed:
        yield f"{many(len(failed), 'scope')} failed; what was there is kept:"
    planned = Counter((head.scope.account, head.scope.type) for head in heads)
    for (account, type, reason), regions in _alike(failed).items():
        everywhere = len(regions) == planned[account, type] > MOST_NAMED
        where = f"in all {len(regions)} regions" if everywhere else ", ".join(regions)
        yield f"  {names[account]} {type} {where}: {reason}"
    partly = [head for head in heads if is_good(head, generation) and head.error]
    for (account, type, reason), regions in _alike(partly).items():
        yield f"In part: {names[account]} {type} {', '.join(regions)}: {reason}"


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
