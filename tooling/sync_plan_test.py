from __future__ import annotations

from services.models import RESOURCE_TYPES
from services.models.scope import Account, Scope, ScopeHead
from services.sync import Target
from tooling.sync_plan import plan_lines

TARGETS = [
    Target(Account("111122223333", "shop"), ("eu-west-1", "us-east-1")),
    Target(Account("444455556666", "blog"), ("eu-west-1",)),
]
KINDS = [RESOURCE_TYPES[name] for name in ("volumes", "buckets")]


def test_plan_says_what_would_be_collected_and_what_that_takes() -> None:
    lines = list(plan_lines(KINDS, TARGETS, ()))
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
    assert "About 13 calls" in list(plan_lines(KINDS, TARGETS, [head]))


def test_marqo_alone_needs_no_account_and_no_type_action() -> None:
    lines = list(plan_lines([RESOURCE_TYPES["marqoindexes"]], [], ()))
    assert lines[0] == "Plan: 0 accounts x 0 regions x 1 type = 1 scope"
