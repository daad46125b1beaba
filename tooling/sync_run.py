"""One run of `inv sync`: plan, collect, save each type as it completes, publish, sum up."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TextIO

from services.collect import collect
from services.costs.local_store import LocalCostStore
from services.costs.resource_level import told_by
from services.data_service import Collected
from services.local_data_service import LocalDataService
from services.marqo import MarqoCloud
from services.models import RESOURCE_TYPES
from services.models.base import Resource, ResourceType, Source
from services.models.scope import Scope, ScopeHead
from services.sync import MARQO, plan, run
from tooling.sync_accounts import Connected
from tooling.sync_metrics import Metrics
from tooling.sync_progress import Progress, progress

LOST = "its file was changed or removed before it was published; run inv sync again"
Attempts = defaultdict[str, list[Collected]]  # by resource type


@dataclass(frozen=True)
class Run:
    """generation: milliseconds since 1970 at its start."""

    store: LocalDataService
    generation: int
    workers: int
    marqo: MarqoCloud
    out: TextIO

    def __call__(self, kinds: Sequence[ResourceType], connected: Connected, regions: Sequence[str]) -> int:
        """Answer the exit code: 1 when a scope or a profile failed. Raises UnknownName for a region."""
        started = time.monotonic()
        targets = connected.only(regions)
        scopes = plan(kinds, targets)
        accounts = [target.account for target in targets]
        accounts += [MARQO] if any(scope.account == MARQO.id for scope in scopes) else []
        names = {account.id: account.name for account in accounts}
        attempts = self._refused(connected, kinds, regions)
        with progress(Counter(scope.account for scope in scopes), names, self.out) as shown:
            heads = self._save(scopes, self._collector(connected), attempts, shown)
        tried, lost = set(scopes), list[ScopeHead]()
        if any(head.generation for head in heads) or self.store.path.exists():
            published = self.store.combine(accounts).heads  # else an empty estate would hide the demo
            lost = [head for head in heads if head.scope in tried and _is_newer(head, published)]
            heads = [head for head in heads if head not in lost]
        asked = self._ask_metrics(scopes, connected)
        failed = [head for head in heads if head.scope in tried and not self._good(head)]
        failed += [head for head in asked if not self._good(head)]
        failed += [replace(head, error=LOST) for head in lost]
        self._sum_up([head for head in heads if self._good(head)], time.monotonic() - started)
        self._tell_throttles([head for head in heads if head.scope in tried])
        self._list_failed(failed, names)
        if connected.refused:  # again, for the collection's lines have passed over why
            print(f"Not collected, as said above: {', '.join(connected.refused)}", file=self.out, flush=True)
        return 1 if failed or connected.refused else 0

    def _collector(self, connected: Connected) -> Callable[[Scope], Iterable[Resource]]:
        def collect_one(scope: Scope) -> Iterable[Resource]:
            return collect(
                RESOURCE_TYPES[scope.type], scope, self._source(scope, connected), told(scope.account)
            )

        today = datetime.fromtimestamp(self.generation / 1000, UTC).date()
        costs = LocalCostStore(self.store.path.with_name("local_costs.json"), Path())
        told = cache(lambda account: told_by(costs.resources(account), today))
        return collect_one

    def _source(self, scope: Scope, connected: Connected) -> Source:
        if scope.account == MARQO.id:
            return self.marqo
        return connected.ways[scope.account].source(scope.region)

    def _ask_metrics(self, scopes: Sequence[Scope], connected: Connected) -> list[ScopeHead]:
        metrics = Metrics(self.store, self.generation)
        line, heads = metrics.ask(scopes, lambda scope: self._source(scope, connected), self.workers)
        if line:
            print(line, file=self.out, flush=True)
        return heads

    def _save(
        self,
        scopes: Sequence[Scope],
        collect_one: Callable[[Scope], Iterable[Resource]],
        attempts: Attempts,
        shown: Progress,
    ) -> list[ScopeHead]:
        """Collect, and save each type when the last of its scopes is there."""
        heads: list[ScopeHead] = []
        missing = Counter(scope.type for scope in scopes)
        for type in [type for type in attempts if not missing[type]]:
            heads += self.store.save_type(type, attempts.pop(type))
        for collected in run(scopes, collect_one, generation=self.generation, workers=self.workers):
            type = collected.scope.type
            attempts[type].append(collected)
            missing[type] -= 1
            shown.done(collected)
            if not missing[type]:
                complete = attempts.pop(type)
                heads += self.store.save_type(type, complete)
                shown.saved(_type_line(type, complete))
        return heads

    def _refused(
        self, connected: Connected, kinds: Sequence[ResourceType], regions: Sequence[str]
    ) -> Attempts:
        """A failed attempt for every scope that is known of an account whose profile was refused."""
        refused = {
            account.id: connected.refused[account.name]
            for account in self.store.accounts()
            if account.name in connected.refused and account.id not in connected.ways
        }
        types = {kind.name for kind in kinds}
        attempts: Attempts = defaultdict(list)
        for scope in (head.scope for head in self.store.heads()):
            wanted = scope.type in types and (not regions or scope.region in regions)
            if wanted and scope.account in refused:
                attempts[scope.type].append(Collected(scope, self.generation, None, refused[scope.account]))
        return attempts

    def _good(self, head: ScopeHead) -> bool:
        return head.generation == self.generation and head.status == "ok"

    def _sum_up(self, good: list[ScopeHead], seconds: float) -> None:
        total = sum(head.count for head in good)
        where = f"into {self.store.path}" if self.store.path.exists() else "and nothing was stored"
        print(f"Synced {total:,} resources in {_scopes(good)} in {seconds:.1f} s {where}", file=self.out)

    def _tell_throttles(self, heads: list[ScopeHead]) -> None:
        """Which types were slowed down by AWS: they are what to ask less often, or in fewer threads."""
        throttled: Counter[str] = Counter()
        for head in heads:
            throttled[head.scope.type] += head.throttles or 0
        total, calls = throttled.total(), sum(head.calls or 0 for head in heads)
        if total:
            most = ", ".join(f"{type} {count:,}" for type, count in throttled.most_common(3) if count)
            print(f"AWS refused {total:,} of {calls:,} calls as too many ({most})", file=self.out)

    def _list_failed(self, failed: list[ScopeHead], names: dict[str, str]) -> None:
        if failed:
            print(f"{_scopes(failed)} failed; what was there is kept:", file=self.out)
        for (account, type, reason), regions in _alike(failed).items():
            print(f"  {names[account]} {type} {', '.join(regions)}: {reason}", file=self.out)


def _is_newer(head: ScopeHead, published: Mapping[Scope, ScopeHead]) -> bool:
    return head.scope not in published or published[head.scope].attempted < head.attempted


def _alike(failed: Iterable[ScopeHead]) -> dict[tuple[str, str, str], list[str]]:
    """The regions of the scopes that failed alike."""
    alike: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for head in sorted(failed, key=lambda head: head.scope):
        reason = head.error or "a newer collection is stored; is the clock of this machine right?"
        alike[head.scope.account, head.scope.type, reason].append(head.scope.region)
    return alike


def _type_line(type: str, collected: Sequence[Collected]) -> str:
    count = sum(len(each.resources or ()) for each in collected)
    failed = sum(each.resources is None for each in collected)
    return f"{type}: {count:,} in {_scopes(collected)}" + (f", {failed:,} failed" if failed else "")


def _scopes(some: Sequence[object]) -> str:
    return f"{len(some):,} scope{'' if len(some) == 1 else 's'}"
