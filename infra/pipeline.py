"""The pipeline: source, build, staging with a smoke test, approval, prod with a smoke test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from uuid import UUID

from aws_cdk import Stack, Stage, pipelines
from aws_cdk import aws_codebuild as codebuild
from constructs import Construct

from infra.pipeline_nag import acknowledge_pipeline
from infra.polo_stack import PoloStack
from tooling.blocks.blocks import Function
from tooling.blocks.deployment import parameter_values
from tooling.cdk_environment import CLI_VERSION
from tooling.environments import environment
from tooling.runtime import PYTHON

BUILD = (
    "./inv tailwind",
    "./inv build",  # the zip, and `sam build` of the same
    "./inv test --coverage",
    ".venv/bin/python infra/ci.py",
)
# strangers are told 200 or 503 there, and nothing else
SMOKE = 'curl --fail --silent --show-error --retry 6 --retry-all-errors "${URL}health"'
NOWHERE = f"arn:aws:codeconnections:eu-west-1:{12 * '0'}:connection/{UUID(int=0)}"
STAGES = ("staging", "prod")


@dataclass(frozen=True)
class Source:
    """Where the code comes from: a CodeConnections ARN, owner/name, and a branch."""

    connection: str
    repository: str
    branch: str

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """CONNECTION_ARN, REPOSITORY and BRANCH; what is not given has a stand-in that leads nowhere."""
        return cls(
            environ.get("CONNECTION_ARN") or NOWHERE,
            environ.get("REPOSITORY") or "owner/polo",
            environ.get("BRANCH") or "main",
        )

    @property
    def variables(self) -> dict[str, str]:
        """What a build must be told, so that it synthesises this very pipeline again."""
        return {"CONNECTION_ARN": self.connection, "REPOSITORY": self.repository, "BRANCH": self.branch}


class PipelineStack(Stack):
    """The pipeline and its stages. given: environment -> variable -> value, with ALLOWED_CIDRS or none."""

    def __init__(
        self,
        scope: Construct,
        *,
        source: Source,
        functions: Sequence[Function],
        code: Path,
        given: Mapping[str, Mapping[str, str]],
    ) -> None:
        super().__init__(scope, "PoloPipeline", description="Polo's pipeline: build once, staging, then prod")
        pipeline = pipelines.CodePipeline(
            self,
            "Pipeline",
            pipeline_name="polo",
            synth=_build(source, given),
            cli_version=CLI_VERSION,
        )
        for name in STAGES:
            stage, target = Stage(self, name), environment(name)
            values = parameter_values(functions, target, given[name]) if given[name] else {}
            stack = PoloStack(stage, environment=target, functions=functions, code=code, values=values)
            approval = [pipelines.ManualApprovalStep("Approve")] if name == "prod" else []
            pipeline.add_stage(stage, pre=approval, post=[_smoke(stack)])
        pipeline.build_pipeline()
        acknowledge_pipeline(pipeline)


def _build(source: Source, given: Mapping[str, Mapping[str, str]]) -> pipelines.CodeBuildStep:
    values = {
        f"{name.upper()}_{variable}": value
        for name, each in given.items()
        for variable, value in each.items()
    }
    return pipelines.CodeBuildStep(
        "Build",
        input=pipelines.CodePipelineSource.connection(
            source.repository, source.branch, connection_arn=source.connection
        ),
        commands=list(BUILD),
        env={**source.variables, **values},
        partial_build_spec=codebuild.BuildSpec.from_object(
            {"phases": {"install": {"runtime-versions": {"python": PYTHON}}}}
        ),
    )


def _smoke(stack: PoloStack) -> pipelines.ShellStep:
    return pipelines.ShellStep("Smoke", commands=[SMOKE], env_from_cfn_outputs={"URL": stack.url})
