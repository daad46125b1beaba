"""The pipeline: what runs, in which order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.conftest import Assembly, synthesise

pytestmark = pytest.mark.infra


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory, code: Path) -> Assembly:
    """`python infra/ci.py` with nothing in its environment but the networks of prod."""
    outdir = tmp_path_factory.mktemp("ci") / "cdk.out"
    done = synthesise("ci.py", outdir, str(code), PROD_ALLOWED_CIDRS="203.0.113.0/24")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return Assembly(outdir)


def stages(pipeline: Assembly) -> dict[str, list[str]]:
    (made,) = pipeline.template("PoloPipeline").properties("AWS::CodePipeline::Pipeline")
    return {stage["Name"]: [action["Name"] for action in stage["Actions"]] for stage in made["Stages"]}


def test_source_build_staging_smoke_approval_prod_smoke(pipeline: Assembly) -> None:
    found = stages(pipeline)
    assert list(found) == ["Source", "Build", "UpdatePipeline", "Assets", "staging", "prod"]
    assert found["staging"] == ["PoloStack.Prepare", "PoloStack.Deploy", "Smoke"]
    assert found["prod"] == ["Approve", "PoloStack.Prepare", "PoloStack.Deploy", "Smoke"]


def test_the_build_makes_styles_zip_and_sam_build_tests_and_synthesises(pipeline: Assembly) -> None:
    commands = [command for each in specs(pipeline) for command in each]
    wanted = ["./inv tailwind", "./inv build", "./inv test --coverage", ".venv/bin/python infra/ci.py"]
    assert [command for command in commands if command in wanted] == wanted


def specs(pipeline: Assembly) -> list[list[str]]:
    projects = pipeline.template("PoloPipeline").properties("AWS::CodeBuild::Project")
    texts = [project["Source"]["BuildSpec"] for project in projects]
    found: list[dict[str, Any]] = [json.loads(text) for text in texts if isinstance(text, str)]
    return [each["phases"]["build"]["commands"] for each in found]


def test_what_an_environment_is_given_is_its_parameters_default(pipeline: Assembly) -> None:
    staging, prod = (pipeline_stack(pipeline, name) for name in ("staging", "prod"))
    assert prod["Parameters"]["AllowedCidrs"]["Default"] == "203.0.113.0/24"
    assert prod["Parameters"]["Configuration"]["Default"]
    assert "Default" not in staging["Parameters"]["AllowedCidrs"]  # CloudFormation refuses it then


def test_networks_that_are_a_default_make_a_deployment_of_the_api_of_their_own(
    pipeline: Assembly, assembly: Assembly
) -> None:
    """A stage keeps the policy of its deployment, and other networks must be in force: prod names some."""
    for name, same in (("staging", True), ("prod", False)):
        found = [deployment(each) for each in (pipeline_stack(pipeline, name), assembly.stack(name).content)]
        assert (found[0] == found[1]) is same


def deployment(template: dict[str, Any]) -> str:
    every = template["Resources"].items()
    (id,) = [id for id, each in every if each["Type"] == "AWS::ApiGateway::Deployment"]
    return str(id)


def pipeline_stack(pipeline: Assembly, name: str) -> dict[str, Any]:
    (path,) = (pipeline.folder / f"assembly-PoloPipeline-{name}").glob("*.template.json")
    content: dict[str, Any] = json.loads(path.read_text())
    return content


def test_every_finding_of_the_checks_is_acknowledged(pipeline: Assembly) -> None:
    report = json.loads((pipeline.folder / "validation-report.json").read_text())
    assert [each["violations"] for each in report["pluginReports"]] == [[]]


def test_networks_that_are_all_the_world_are_refused(tmp_path: Path, code: Path) -> None:
    world = "0.0.0.0/1,128.0.0.0/1"
    done = synthesise("ci.py", tmp_path / "cdk.out", str(code), PROD_ALLOWED_CIDRS=world)
    assert done.returncode == 1
    assert done.stderr.startswith("ALLOWED_CIDRS has '0.0.0.0/1', '128.0.0.0/1', which together are")
