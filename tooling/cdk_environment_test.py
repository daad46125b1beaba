"""The CDK's environment: made on first need, once, and found by who needs it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from errors import PoloError
from tooling import cdk_environment
from tooling.deploy import cdk

pytestmark = pytest.mark.infra

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose locks ask for nothing."""
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "requirements.txt").write_text("# nothing\n")
    return tmp_path


def test_it_is_made_once_and_says_so(checkout: Path, capfd: pytest.CaptureFixture[str]) -> None:
    python = cdk_environment.python(checkout)
    assert "installing the CDK and Node.js into .local/infra" in capfd.readouterr().err
    assert cdk_environment.python(checkout) == python
    assert capfd.readouterr().err == ""


def test_it_is_made_again_when_the_lock_has_changed(
    checkout: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    cdk_environment.python(checkout)
    (checkout / "infra" / "requirements.txt").write_text("# nothing either\n")
    cdk_environment.python(checkout)
    assert capfd.readouterr().err.count("installing") == 2


def test_it_sees_the_projects_own_packages(checkout: Path) -> None:
    python = cdk_environment.python(checkout)
    done = subprocess.run([python, "-c", "import yaml, pytest"], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_a_lock_that_can_not_be_installed_is_told_and_tried_again(checkout: Path) -> None:
    (checkout / "infra" / "requirements.txt").write_text("aws-cdk-lib==0.0.0 --hash=sha256:" + "0" * 64)
    for _ in range(2):
        with pytest.raises(PoloError, match="can't install the CDK: .* Way out: check the network"):
            cdk_environment.python(checkout)


def test_a_node_that_is_gone_is_one_line(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / "package-lock.json").write_text("{}")
    monkeypatch.setattr(cdk_environment, "_node", lambda root: checkout / "bin" / "node")
    with pytest.raises(PoloError, match="bin/node is gone. Way out: remove .local/infra and node_modules"):
        cdk_environment.cli(checkout)
    with pytest.raises(PoloError, match="bin/node is gone"):
        cdk._run([str(checkout / "bin" / "node")], checkout, {}, "prepare")


def test_the_command_line_is_the_pinned_one_and_needs_no_node_of_the_system() -> None:
    command = cdk_environment.cli(ROOT)
    environment = {name: os.environ[name] for name in ("HOME", "SYSTEMROOT") if name in os.environ}
    done = subprocess.run(
        [*command, "--version"], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(cdk_environment.CLI_VERSION)
    pinned = json.loads((ROOT / "package.json").read_text())["devDependencies"]["aws-cdk"]
    assert pinned == cdk_environment.CLI_VERSION


def test_what_the_cdk_starts_finds_the_same_node() -> None:
    found = cdk_environment.variables(ROOT)
    assert found["PATH"].split(os.pathsep)[0] == str(Path(found["JSII_NODE"]).parent)
    assert Path(found["JSII_NODE"]).is_file()


def test_the_lock_of_the_command_line_names_no_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = [each for name, each in lock["packages"].items() if name]
    assert packages and all("integrity" in each and "resolved" not in each for each in packages)
