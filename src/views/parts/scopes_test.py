"""When a scope counts as fresh."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from services.models.kit.scope import Scope, ScopeHead, ScopeStatus
from views.parts.scopes import MARKS, OLD, WORST, state

NOW = datetime(2026, 11, 20, 20, 14, tzinfo=UTC)


def head(age: timedelta, status: ScopeStatus = "ok") -> ScopeHead:
    generation = int((NOW - age).timestamp() * 1000)
    return ScopeHead(Scope("1", "eu-west-1", "instances"), generation, generation, status)


@pytest.mark.parametrize(
    ("age", "demo", "expected"),
    [(OLD, False, "ok"), (OLD + timedelta(seconds=1), False, "old"), (OLD * 100, True, "ok")],
)
def test_a_scope_is_old_after_a_day_but_for_the_demo(age: timedelta, demo: bool, expected: str) -> None:
    assert state(head(age), NOW, demo) == expected


@pytest.mark.parametrize("status", [status for status in get_args(ScopeStatus) if status != "ok"])
def test_what_failed_stays_failed_at_any_age(status: ScopeStatus) -> None:
    assert state(head(OLD * 2, status), NOW, False) == status


def test_every_state_has_its_place_mark_and_words() -> None:
    assert set(WORST) == set(MARKS) == {"old", *get_args(ScopeStatus)}
