"""The whole app: which stages it has, and what the checks say of it."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

from infra.conftest import ROOT, Assembly, synthesise
from tooling import cdk_environment

pytestmark = pytest.mark.infra


def test_every_environment_is_a_stage(assembly: Assembly) -> None:
    stages = {path.name for path in assembly.folder.glob("assembly-*")}
    assert stages == {f"assembly-{name}" for name in ("local", "dev", "staging", "prod", "pr-7")}
    manifest = json.loads((assembly.folder / "assembly-prod" / "manifest.json").read_text())
    names = [
        each["properties"].get("stackName") for each in manifest["artifacts"].values() if "properties" in each
    ]
    assert "prod-PoloStack" in names


def test_without_the_zip_it_says_how_to_build_it(tmp_path: Path) -> None:
    done = synthesise("app.py", tmp_path / "cdk.out", "no.zip")
    assert (done.returncode, done.stderr) == (1, "no.zip is not built. Way out: inv zip\n")


def test_an_unknown_environment_is_refused_with_the_names_of_all(tmp_path: Path, code: Path) -> None:
    done = synthesise("app.py", tmp_path / "cdk.out", str(code), ENV="production")
    assert done.returncode == 1
    assert (
        "unknown environment 'production'. Way out: one of local, dev, staging, prod, pr-<n>" in done.stderr
    )


def test_nag_has_looked_and_every_acknowledgement_has_its_reason(assembly: Assembly) -> None:
    report = json.loads((assembly.folder / "validation-report.json").read_text())
    (nag,) = [each for each in report["pluginReports"] if each["pluginName"] == "AwsSolutions"]
    assert (nag["conclusion"], nag["violations"]) == ("success", [])


def test_cfn_lint_finds_nothing(assembly: Assembly, sam_stacks: dict[str, Any], tmp_path: Path) -> None:
    made = tmp_path / "sam.template.json"  # as CloudFormation sees template.yaml
    made.write_text(json.dumps(sam_stacks["prod"]))
    # the CDK always writes DependsOn for a role and its policy
    command = [cdk_environment.program(ROOT, "cfn-lint"), "--ignore-checks", "W3005", "--"]
    templates = [str(path) for path in (*assembly.templates, ROOT / "template.yaml", made)]
    done = subprocess.run([*command, *templates], capture_output=True, text=True, check=False)
    assert done.stdout + done.stderr == ""


@pytest.mark.parametrize("word", ["sk_", "hooks.slack.com", "BEGIN PRIVATE KEY"])
def test_no_template_holds_a_secret(assembly: Assembly, word: str) -> None:
    assert [path for path in assembly.templates if word in path.read_text()] == []


def test_an_assembly_holds_nothing_of_the_machine_that_made_it(assembly: Assembly) -> None:
    texts = [path for path in assembly.folder.rglob("*") if path.suffix in (".json", ".out")]
    places = (tempfile.gettempdir(), str(ROOT), "jsii-kernel")
    assert texts and [path for path in texts if any(place in path.read_text() for place in places)] == []
