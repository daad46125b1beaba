"""What the README promises is what there is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

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


TREES = ("src", "devserver", "tooling", "infra", "tests", "bench")
FILES = {*ROOT.glob("*"), *(path for tree in TREES for path in (ROOT / tree).rglob("*"))}
PAGES = ("README.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")))
ELSEWHERE = {"data/.again/running.json"}  # written while something is collected again


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_exists(page: str) -> None:
    """By its path, or the end of it; patterns apart."""
    text = (ROOT / page).read_text(encoding="utf-8")
    named = {*re.findall(r"`([\w./-]+\.(?:py|json|toml|css|yaml))`", text)} - ELSEWHERE
    assert named <= {name for path in FILES for name in ends_of(path)}


def ends_of(path: Path) -> Iterator[str]:
    """All that a path below ROOT may be called by: services/store/lock.py, store/lock.py, lock.py."""
    parts = path.relative_to(ROOT).parts
    yield from ("/".join(parts[start:]) for start in range(len(parts)))


def test_what_the_account_that_pays_must_allow_is_all_named() -> None:
    named = re.findall(r"`((?:ce|cost-optimization-hub):\w+)`", README)
    assert sorted(named) == sorted(COST_ACTIONS)


def test_every_task_it_calls_exists() -> None:
    called = set(re.findall(r"\./inv ([a-z]+)", README))
    assert called <= set(namespace.task_names)
