"""One run of `inv sync`: plan, collect, save each type as it completes, publish, sum up."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import TextIO

from errors import DataFileError
from services.cloud.marqo import MarqoCloud
from services.collect.collect import collect
from services.collect.plan import MARQO, plan, run
from services.costs.local_store import LocalCostStore
from services.costs.resource_level import Told, nothing_told, told_by
from services.data_service import Collected
from services.local_data_service import LocalDataService
from services.models import RESOURCE_TYPES
from services.models.kit.base import Resource, ResourceType, Source
from services.models.kit.scope import Scope, ScopeHead
from tooling.laptop.sync_accounts import Connected
from tooling.laptop.sync_metrics import Metrics
from tooling.laptop.sync_progress import Progress, progress
from tooling.laptop.sync_summary import counts, failures, plan_line, reason_of, summary

LOST = "its file was changed or removed before it was published; run inv sync again"
Attempts = defaultdict[str, list[Collected]]  # by resource type


@dataclass(frozen=True)
class Run:
    """generation: milliseconds since 1970 at its start. started: the same, by time.monotonic.

    patience: seconds for which a scope may wait for an answer. only: these scopes of the plan, empty for all.
    """

    store: LocalDataService
    costs: LocalCostStore
    generation: int
    workers: int
    marqo: MarqoCloud
    out: TextIO
    started: float
    patience: float
    only: frozenset[Scope] = frozenset()

    def __call__(self, kinds: Sequence[ResourceType], connected: Connected, regions: Sequence[str]) -> int:
        """Answer the exit code: 1 when a scope or a profile failed; a closed scope has not.

        Raises UnknownName for a region.
        """
        targets = connected.only(regions)
        scopes = [scope for scope in plan(kinds, targets) if self._wants(scope)]
        self._say(f"Collecting {plan_line(scopes)}")
        if scopes:
            self.store.check_writable()
        accounts = [target.account for target in targets]
        accounts += [MARQO] if any(scope.account == MARQO.id for scope in scopes) else []
        names = {account.id: account.name for account in accounts}
        attempts = self._refused(connected, kinds, regions)
        with progress(Counter(scope.account for scope in scopes), names, self.out) as shown:
            heads = self._save(scopes, self._collector(connected), attempts, shown)
        if any(head.generation for head in heads) or self.store.path.exists():
            published = self.store.combine(accounts).heads  # else an empty estate would hide the demo
            heads = [
                replace(head, status="error", error=LOST) if _is_newer(head, published) else head
                for head in heads
            ]
        asked = self._ask_metrics(scopes, connected)
        tried = self._of(scopes, heads)
        for line in summary(tried, self.generation, time.monotonic() - self.started, self.store.path, names):
            self._say(line)
        failed = failures((*tried, *asked), self.generation)
        for head in asked:
            if head in failed:
                self._say(f"The metrics of {names[head.scope.account]} failed: {reason_of(head)}")
        if connected.refused:  # again, for the collection's lines have passed over why
            self._say(f"Not collected, as said above: {', '.join(connected.refused)}")
        return 1 if failed or connected.refused else 0

    def _collector(self, connected: Connected) -> Callable[[Scope], Iterable[Resource]]:
        def collect_one(scope: Scope) -> Iterable[Resource]:
            return collect(
                RESOURCE_TYPES[scope.type], scope, self._source(scope, connected), told(scope.account)
            )

        told = self._told()
        return collect_one

    def _told(self) -> Callable[[str], Told]:
        """What Cost Explorer says that an account's resources cost; list prices where that can't be read."""
        today = datetime.fromtimestamp(self.generation / 1000, UTC).date()
        try:
            self.costs.resources("")
        except DataFileError as error:
            self._say(f"Resources have list prices. {error}")
            return lambda _: nothing_told
        return cache(lambda account: told_by(self.costs.resources(account), today))

    def _source(self, scope: Scope, connected: Connected) -> Source:
        if scope.account == MARQO.id:
            return self.marqo
        return connected.ways[scope.account].source(scope.region)

    def _ask_metrics(self, scopes: Sequence[Scope], connected: Connected) -> list[ScopeHead]:
        metrics = Metrics(self.store, self.generation)
        line, heads = metrics.ask(
            scopes, lambda scope: self._source(scope, connected), self.workers, self.patience
        )
        if line:
            self._say(line)
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
        attempted = run(
            scopes,
            collect_one,
            generation=self.generation,
            workers=self.workers,
            types=RESOURCE_TYPES,
            patience=self.patience,
            known=self.store.resources,
        )
        for collected in attempted:
            type = collected.scope.type
            attempts[type].append(collected)
            missing[type] -= 1
            shown.done(collected)
            if not missing[type]:
                saved = self.store.save_type(type, attempts.pop(type))
                heads += saved
                shown.saved(f"{type}: {counts(self._of(scopes, saved), self.generation)}")
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
            if wanted and scope.account in refused and self._wants(scope):
                attempts[scope.type].append(Collected(scope, self.generation, None, refused[scope.account]))
        return attempts

    def _wants(self, scope: Scope) -> bool:
        return not self.only or scope in self.only

    def _of(self, scopes: Sequence[Scope], heads: Iterable[ScopeHead]) -> list[ScopeHead]:
        """Those of the plan: a profile that was refused has heads too."""
        planned = set(scopes)
        return [head for head in heads if head.scope in planned]

    def _say(self, line: str) -> None:
        print(line, file=self.out, flush=True)


def _is_newer(head: ScopeHead, published: Mapping[Scope, ScopeHead]) -> bool:
    return head.scope not in published or published[head.scope].attempted < head.attempted
