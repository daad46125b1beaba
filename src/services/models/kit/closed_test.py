"""What is closed is told in one sentence."""

from __future__ import annotations

import pytest

from services.models.kit.closed import closed_scopes, spots_of
from services.models.kit.scope import GLOBAL, Scope, ScopeHead, ScopeStatus

SHUT = "AccessDenied: x may not call y: a service control policy denies it"
BY_RESOURCE = "AccessDenied: x may not call y: a resource control policy denies it"


def head(
    account: str, region: str, type: str, status: ScopeStatus = "closed", error: str = SHUT
) -> ScopeHead:
    return ScopeHead(Scope(account, region, type), 0, 1, status, 0, error if status == "closed" else "")


def closed(account: str, *regions: str, error: str = SHUT) -> list[ScopeHead]:
    return [head(account, each, type, error=error) for each in regions for type in ("volumes", "queues")]


@pytest.mark.parametrize(
    ("heads", "words"),
    [
        ([], ""),
        ([head("1", "a", "volumes", "ok"), head("1", "b", "volumes", "error")], ""),
        (closed("1", "a"), "1 region is closed by a service control policy"),
        ([*closed("1", "a", "b"), head("1", "c", "volumes", "ok")],
         "2 regions are closed by a service control policy"),
        (closed("1", "a", "b") + closed("2", "a"),
         "2 regions in 2 accounts are closed by a service control policy"),
        (closed("1", "a") + closed("2", "a"),
         "1 region in 2 accounts is closed by a service control policy"),
        ([head("1", "a", "volumes"), head("1", "a", "queues", "ok")],
         "1 scope is closed by a service control policy"),
        ([*closed("1", "b"), head("1", "a", "volumes"), head("1", "a", "queues", "error")],
         "1 region and 1 scope are closed by a service control policy"),
        ([head("1", GLOBAL, "buckets")], "1 scope is closed by a service control policy"),
        (closed("1", "a", error=BY_RESOURCE), "1 region is closed by a resource control policy"),
        (closed("1", "a", error=BY_RESOURCE) + closed("1", "b"),
         "2 regions are closed by policies of the organisation"),
    ],
)  # fmt: skip
def test_regions_are_told_where_nothing_else_is_seen_and_scopes_elsewhere(
    heads: list[ScopeHead], words: str
) -> None:
    assert closed_scopes(spots_of(heads)).words == words
