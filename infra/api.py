"""The regional REST API: the routes of the infra blocks, open to ALLOWED_CIDRS alone, /health to all."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import CfnParameter, RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.functions import LOGS_STAY, LambdaFunction
from infra.nag import acknowledge
from tooling.environments import Environment

RATE, BURST = 100, 200  # requests a second, and at once, of all who may come in
PUSH_LOGS = "arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
HEALTH = "/health"
HEALTH_RATE, HEALTH_BURST = 5, 10  # of everybody: strangers can't use up what the others need


class Api(Construct):
    """rest: the API, with one stage named as the environment."""

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        functions: Iterable[LambdaFunction],
        allowed_cidrs: CfnParameter | None,
    ) -> None:
        super().__init__(scope, "Api")
        self.rest = apigateway.RestApi(
            self,
            "Rest",
            rest_api_name=f"{environment.name}-polo",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            binary_media_types=["*/*"],
            policy=None if allowed_cidrs is None else _policy(allowed_cidrs.value_as_list),
            # a setting of the whole account, which no local deployment must leave behind
            cloud_watch_role=not environment.local,
            deploy_options=self._stage(environment),
        )
        self._acknowledge(environment)
        for function in functions:
            integration = apigateway.LambdaIntegration(function.alias, allow_test_invoke=False)
            for route in function.block.routes:
                self.rest.root.resource_for_path(route).add_method("ANY", integration)

    @property
    def stage(self) -> apigateway.Stage:
        return self.rest.deployment_stage

    def _acknowledge(self, environment: Environment) -> None:
        rest = self.rest
        acknowledge(
            rest, "the resource policy lets in none but ALLOWED_CIDRS; no sign-in yet", "APIG4", "COG4"
        )
        acknowledge(rest, "every request goes to a function, which checks it itself", "APIG2")
        acknowledge(
            rest, "an internal console behind ALLOWED_CIDRS and rates; WAF would cost more than it", "APIG3"
        )
        acknowledge(rest, "access and function logs say it; execution logs would hold cookies", "APIG6")
        if environment.local:
            acknowledge(rest, "needs a setting of the whole account, which would be left behind", "APIG1")
        else:
            acknowledge(rest, "AWS's own policy for API Gateway's access logs", f"IAM4[Policy::{PUSH_LOGS}]")

    def _stage(self, environment: Environment) -> apigateway.StageOptions:
        access = None if environment.local else apigateway.LogGroupLogDestination(self._logs(environment))
        health = apigateway.MethodDeploymentOptions(
            throttling_rate_limit=HEALTH_RATE, throttling_burst_limit=HEALTH_BURST
        )
        return apigateway.StageOptions(
            stage_name=environment.name,
            tracing_enabled=True,
            metrics_enabled=True,
            throttling_rate_limit=RATE,
            throttling_burst_limit=BURST,
            method_options={f"{HEALTH}/*": health},
            access_log_destination=access,
            access_log_format=None if environment.local else _access_log_format(),
        )

    def _logs(self, environment: Environment) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            "AccessLogs",
            log_group_name=f"/aws/apigateway/{environment.name}-polo",
            retention=LOGS_STAY,
            removal_policy=RemovalPolicy.DESTROY,
        )


def _access_log_format() -> apigateway.AccessLogFormat:
    """One JSON line a request: never its query, which may hold what a user searched for."""
    return apigateway.AccessLogFormat.json_with_standard_fields(
        caller=False,
        http_method=True,
        ip=True,
        protocol=True,
        request_time=True,
        resource_path=True,
        response_length=True,
        status=True,
        user=False,
    )


def _policy(cidrs: list[str]) -> iam.PolicyDocument:
    """Everything for these networks; for all others /health, which says 200 or 503 and nothing else."""
    anyone = iam.AnyPrincipal()
    inside = {"IpAddress": {"aws:SourceIp": cidrs}}
    return iam.PolicyDocument(
        statements=[
            _invoke(anyone, "execute-api:/*", inside),
            *(_invoke(anyone, f"execute-api:/*/{method}{HEALTH}") for method in ("GET", "HEAD")),
        ]
    )


def _invoke(
    who: iam.IPrincipal, resource: str, conditions: dict[str, dict[str, list[str]]] | None = None
) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=["execute-api:Invoke"], resources=[resource], principals=[who], conditions=conditions
    )
