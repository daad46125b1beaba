from __future__ import annotations

from pathlib import Path

from services.models.kit.scope import Scope, ScopeHead
from tooling.laptop.sync_summary import summary


def test_what_was_stored_in_part_is_named_and_is_no_failure(tmp_path: Path) -> None:
    heads = [
        ScopeHead(Scope("1", region, "ecsservices"), 7, 7, error="cluster b (denied)")
        for region in ("eu-west-1", "us-east-1")
    ]
    lines = list(summary(heads, 7, 1.0, tmp_path, {"1": "prod"}))
    assert lines[1:] == ["In part: prod ecsservices eu-west-1, us-east-1: cluster b (denied)"]
