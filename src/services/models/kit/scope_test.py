"""A scope's head as other releases have stored it."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from services.models.kit.scope import CLOSED, Scope, ScopeHead, ScopeStatus

SHUT = "AccessDenied: may not call it: a service control policy denies it"
HEAD = ScopeHead(Scope("1", "eu-west-1", "volumes"), 7, 7, count=2, seconds=1.5, calls=12, throttles=3)


def test_a_head_of_an_older_release_does_not_know_its_calls() -> None:
    older = {name: value for name, value in HEAD.to_json().items() if name not in ("calls", "throttles")}
    found = ScopeHead.from_json(older)
    assert (found.count, found.calls, found.throttles) == (2, None, None)


def test_the_release_before_reads_a_closed_scope_as_one_that_failed() -> None:
    head = replace(HEAD, status=CLOSED, error=SHUT)
    assert head.to_json()["status"] == "error"
    assert ScopeHead.from_json(head.to_json()) == head
    assert head.shown()["status"] == "closed"
    assert [each for each in get_args(ScopeStatus) if replace(HEAD, status=each).troubled] == [
        "error",
        "held",
    ]


def test_a_head_of_a_newer_release_is_read_as_far_as_it_is_known() -> None:
    assert ScopeHead.from_json(HEAD.to_json() | {"of_a_later_release": 1}) == HEAD
