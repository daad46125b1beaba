from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.collect.metrics import wanted
from services.collect.metrics_sync import Question
from services.collect.plan import Target
from services.models import RESOURCE_TYPES
from services.models.kit.scope import Account, Scope, ScopeHead
from tooling.laptop.sync_plan import plan_lines

TARGETS = [
    Target(Account("111122223333", "shop"), ("eu-west-1", "us-east-1")),
    Target(Account("444455556666", "blog"), ("eu-west-1",)),
]
KINDS = [RESOURCE_TYPES[name] for name in ("volumes", "buckets")]


def nothing(_: Sequence[Scope]) -> list[Question]:
    return []


def test_plan_says_what_would_be_collected_and_what_that_takes() -> None:
    lines = list(plan_lines(KINDS, TARGETS, (), nothing))
    assert lines[:6] == [
        "Plan: 2 accounts x 2 regions x 2 types = 5 scopes",
        "  shop (111122223333): 2 regions, 3 scopes",
        "  blog (444455556666): 1 region, 2 scopes",
        "  volumes: 3 scopes",
        "  buckets: 2 scopes",
        "About 9 calls",
    ]
    assert "  ec2:DescribeVolumes" in lines
    assert not any("DescribeInstances" in line for line in lines)


def test_plan_knows_how_much_there_was() -> None:
    head = ScopeHead(Scope("111122223333", "eu-west-1", "volumes"), generation=1, attempted=1, count=2_500)
    assert "About 13 calls" in list(plan_lines(KINDS, TARGETS, [head], nothing))


def test_marqo_alone_needs_no_account_and_no_type_action() -> None:
    lines = list(plan_lines([RESOURCE_TYPES["marqoindexes"]], [], (), nothing))
    assert lines[0] == "Plan: 0 accounts x 0 regions x 1 type = 1 scope"


def test_plan_tells_what_the_metrics_would_cost() -> None:
    scope, kind = Scope("111122223333", "eu-west-1", "volumes"), RESOURCE_TYPES["volumes"]
    series = wanted(
        kind, [kind.model.from_aws(kind.sample | {"VolumeId": f"vol-{n}"}, scope) for n in range(500)]
    )
    asked = Question(scope, dict.fromkeys(series, date(2026, 3, 1)), {})
    lines = list(plan_lines(KINDS, TARGETS, (), lambda scopes: [asked] if scope in scopes else []))
    assert "Metrics of what was collected before: 1,000 series of 1 scope, $0.01000" in lines
