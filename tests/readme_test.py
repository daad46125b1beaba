"""What the README promises is what there is."""

from __future__ import annotations

import json
import re
from pathlib import Path

from services.collect.iam_policy import policy
from services.models import RESOURCE_TYPES
from tasks import namespace
from tooling.blocks.grants import COST_ACTIONS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_policy_is_the_one_that_sync_needs() -> None:
    shown = re.search(r"```json\n(.*?)```", README, re.DOTALL)
    assert shown
    assert json.loads(shown[1]) == policy(RESOURCE_TYPES.values()), "paste the output of: inv policy"


def test_every_path_it_names_exists() -> None:
    named = re.findall(r"`((?:src|docs|bench|tests|tooling|devserver)/[\w./]*)`", README)
    named += re.findall(r"\]\((docs/[\w.]+)\)", README)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_what_the_account_that_pays_must_allow_is_all_named() -> None:
    named = re.findall(r"`((?:ce|cost-optimization-hub):\w+)`", README)
    assert sorted(named) == sorted(COST_ACTIONS)


def test_every_task_it_calls_exists() -> None:
    called = set(re.findall(r"\./inv ([a-z]+)", README))
    assert called <= set(namespace.task_names)
