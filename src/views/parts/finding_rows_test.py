from __future__ import annotations

from typing import Any, get_args

import pytest

from services.cop.judge.inspection import is_healthy
from services.models.domain.finding import Entry
from services.models.domain.findings import FindingRow
from services.models.kit.scope import Key, Scope, ScopeHead, ScopeStatus
from views.links.context import Context
from views.parts.finding_rows import card_of, lines

DAYS_AGO, JUST_NOW = "2026-11-17T20:14:00Z", "2026-11-20T20:13:50Z"


@pytest.mark.parametrize(
    ("changes", "mute", "said"),
    [
        ({}, "", "open 3 d"),
        ({"first_seen": JUST_NOW}, "", "new"),
        ({"reopened": 2}, "", "open 3 d, came back"),
        ({"resolved": DAYS_AGO}, "", "resolved 3 d ago"),
        ({"frozen": DAYS_AGO}, "", "not judged for 3 d"),
        ({}, "m1", "muted"),
    ],
)
def test_a_line_says_what_became_of_the_finding_and_when(
    context: Context, parse: Any, changes: dict[str, Any], mute: str, said: str
) -> None:
    usual: dict[str, Any] = {"first_seen": DAYS_AGO, "saving": None, "formula": "", "tags": {}}
    entry = Entry(
        "EBS-GP2", "volumes", "1", "eu-west-1", "vol-1", "data", "", None, "low", "certain", "is gp2",
        scope_type="volumes", scope_region="eu-west-1", **usual | changes,
    )  # fmt: skip
    assert parse(lines(context, [FindingRow(entry, mute)], {})).text.endswith(said)


@pytest.mark.parametrize("status", get_args(ScopeStatus))
def test_no_findings_are_none_only_where_the_scope_was_judged(
    context: Context, parse: Any, status: ScopeStatus
) -> None:
    head = ScopeHead(Scope("1", "eu-west-1", "volumes"), 1, 1, status)
    text = parse(card_of(context, Key("volumes", "1", "eu-west-1", "vol-1"), [], {}, head)).text
    assert text.endswith("none") == is_healthy(head)
    assert ("not judged: " in text) != is_healthy(head)
