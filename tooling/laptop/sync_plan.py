"""`inv sync --dry-run`: what would be collected, and what that takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from services.collect.iam_policy import actions
from services.collect.metrics_sync import Question
from services.collect.plan import Target, estimate, plan
from services.models import RESOURCE_TYPES
from services.models.kit.base import ResourceType
from services.models.kit.scope import Scope, ScopeHead
from tooling.laptop.sync_metrics import told
from tooling.laptop.sync_summary import many


def plan_lines(
    kinds: Sequence[ResourceType],
    targets: Sequence[Target],
    heads: Iterable[ScopeHead],
    questions: Callable[[Sequence[Scope]], Iterable[Question]],
) -> Iterator[str]:
    """The plan for people.

    heads: what was collected before, for the number of calls. questions: what to ask of the scopes' metrics.
    """
    scopes = plan(kinds, targets)
    regions = {region for target in targets for region in target.regions}
    size = f"{many(len(targets), 'account')} x {many(len(regions), 'region')}"
    yield f"Plan: {size} x {many(len(kinds), 'type')} = {many(len(scopes), 'scope')}"
    of_account = Counter(scope.account for scope in scopes)
    for target in targets:
        where = many(len(target.regions), "region")
        number = many(of_account[target.account.id], "scope")
        yield f"  {target.account.name} ({target.account.id}): {where}, {number}"
    of_type = Counter(scope.type for scope in scopes)
    yield from (f"  {kind.name}: {many(of_type[kind.name], 'scope')}" for kind in kinds)
    calls = estimate(scopes, RESOURCE_TYPES, {head.scope: head.count for head in heads}, len(targets))
    yield f"About {calls:,} calls"
    yield f"Metrics of what was collected before: {told([*questions(scopes)])}"
    needed = actions(kind for kind in kinds if kind.scope != "marqo")
    yield f"IAM actions ({len(needed)}):"
    yield from (f"  {action}" for action in needed)
    yield "Nothing was collected, nothing written."
