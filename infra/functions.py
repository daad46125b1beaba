"""One Lambda function as its infra block declares it, published as alias `live` with a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aws_cdk import Duration, RemovalPolicy, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.nag import acknowledge, wild
from infra.names import sub
from tooling.blocks.blocks import Function
from tooling.blocks.grants import Grant
from tooling.environments import Environment

LOGS_STAY = logs.RetentionDays.THREE_MONTHS


class LambdaFunction(Construct):
    """The function of one block. variables: its environment. alias: what everything else calls."""

    def __init__(
        self,
        scope: Construct,
        block: Function,
        *,
        environment: Environment,
        code: lambda_.Code,
        variables: Mapping[str, str],
        grants: Iterable[Grant],
        configuration: str,
    ) -> None:
        super().__init__(scope, block.name)
        self.block = block
        name = f"{environment.name}-{block.name}"
        self.logs = logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"/aws/lambda/{name}",
            retention=LOGS_STAY,
            removal_policy=RemovalPolicy.DESTROY,
        )
        # Published versions are only made when the template changes. A parameter's value is no such change,
        # so the hash of all values stands in the descriptions: a new one replaces function version and alias.
        description = f"configuration {configuration}"
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            description=description,
            handler=block.handler,
            code=code,
            runtime=lambda_.Runtime.PYTHON_3_12,
            architecture=lambda_.Architecture.X86_64,
            memory_size=block.memory,
            timeout=Duration.seconds(block.timeout),
            environment=dict(variables),
            role=self._role(environment, grants),
            log_group=self.logs,
            tracing=lambda_.Tracing.ACTIVE,
            ephemeral_storage_size=None if block.snap_start else Size.mebibytes(block.disk),
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if block.snap_start else None,
            current_version_options=lambda_.VersionOptions(description=description),
        )
        self.alias = lambda_.Alias(self, "Live", alias_name="live", version=self.function.current_version)
        acknowledge(self, "Python 3.12 is what the zip's bytecode and dependencies are made for", "L1")

    def _role(self, environment: Environment, grants: Iterable[Grant]) -> iam.Role:
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        role.add_to_policy(_allow(("logs:CreateLogStream", "logs:PutLogEvents"), self.logs.log_group_arn))
        acknowledge(role, "X-Ray's actions know no resources", wild("*"))
        for grant in grants:
            role.add_to_policy(_allow(grant.actions, sub(grant.resource, environment)))
            if grant.why:
                resource = grant.resource.replace("${Env}", environment.name)
                acknowledge(role, grant.why, wild(resource))
        return role


def _allow(actions: Iterable[str], resource: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=[resource])
