"""docs/add.md, carried out word by word in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tooling.checks.testing import LAYERS

pytestmark = pytest.mark.integration
ROOT = Path(__file__).resolve().parents[2]
FILE = re.compile(r"```python\n# (\S+)\n(.*?)```", re.DOTALL)
# what walks over all types, rules, reports and functions: of these, what is not of one alone, or is of one
# that is added; all others are as they are without, which the unit layer tests. With --deep the copy's whole
# unit layer
ADDED = ("backup", "heartbeat")
WALKS = (
    "src/services/models/models_test.py",
    "src/services/models/other_test.py",
    "src/services/collect/collect_test.py",
    "src/services/cop/rules_test.py",
    "src/services/reports/reporters_test.py",
    "src/lambda_heartbeat_test.py",
    "src/lambda_report_test.py",
    "tests/architecture_test.py",
    "tests/iam_actions_test.py",
    "tests/readme_test.py",
    "tooling/laptop/cop_test.py",
    "tooling/demo/demo_test.py",
    "tooling/demo/graph_test.py",
    "tooling/demo/costs_test.py",
    "tooling/laptop/reports_test.py",
    "tooling/blocks/template_test.py",
)
LIMIT = 1200  # seconds; with --deep it is a copy's whole unit layer


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git would commit, and nothing that was built."""
    root = tmp_path_factory.mktemp("copy")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
    (root / ".venv").symlink_to(sys.prefix)  # as after the first ./inv
    return root


def recipes() -> dict[str, str]:
    """File -> content, of every block of the page that names one."""
    return dict(FILE.findall((ROOT / "docs" / "add.md").read_text(encoding="utf-8")))


def run(root: Path, *arguments: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=root, env=clean, capture_output=True, text=True, timeout=LIMIT,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout


def test_a_type_a_rule_a_report_and_a_function_are_added_by_the_page_alone(
    copy: Path, request: pytest.FixtureRequest
) -> None:
    assert {Path(name).parent.name for name in recipes()} == {"models", "rules", "reporters", "src"}
    assert all(any(word in name for word in ADDED) for name in recipes())
    for name, content in recipes().items():
        assert not (copy / name).exists()
        (copy / name).write_text(content, encoding="utf-8")
    run(copy, "ruff", "check", ".")
    run(copy, "ruff", "format", "--check", ".")
    said = run(copy, "invoke", "derive")
    assert {line.partition(":")[0] for line in said.splitlines()} >= {"README.md", "template.yaml"}
    assert run(copy, "invoke", "derive").strip() == "nothing to rewrite"
    deep = ("-n", "2", "--dist", "loadfile")
    few = ("-k", " or ".join(("not [", *ADDED)), *WALKS)
    layers = f"({LAYERS['unit']}) or {LAYERS['matrix']}"
    run(copy, "pytest", "-q", "-m", layers, *(deep if request.config.getoption("--deep") else few))
