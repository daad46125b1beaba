"""The regional REST API: the routes of the infra blocks, open to ALLOWED_CIDRS alone, /health to all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from aws_cdk import CfnCondition, CfnParameter, Fn, ICfnConditionExpression, RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.functions import LOGS_STAY, LambdaFunction
from infra.nag import acknowledge
from tooling.blocks.api import ACCESS_LOG, BURST, HEALTH, HEALTH_BURST, HEALTH_RATE, RATE, policy
from tooling.environments import Environment

PUSH_LOGS = "arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"


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
            policy=None if allowed_cidrs is None else _policy(allowed_cidrs),
            # a setting of the whole account, which no local deployment must leave behind
            cloud_watch_role=not environment.local,
            deploy_options=self._stage(environment),
        )
        self._acknowledge(environment)
        for function in functions:
            integration = apigateway.LambdaIntegration(function.alias, allow_test_invoke=False)
            for route in function.block.routes:
                self.rest.root.resource_for_path(route).add_method("ANY", integration)
        if allowed_cidrs is not None:
            self._reach(allowed_cidrs)

    @property
    def stage(self) -> apigateway.Stage:
        return self.rest.deployment_stage

    def _reach(self, networks: CfnParameter) -> None:
        """Over IPv6 where an IPv6 network is let in; and deployed again where a default lets in others.

        A stage keeps the policy that its deployment was made with. A default is known when the template is
        made, so it can change the deployment's logical id; for others tooling/deploy/api_stage.py does it.
        """
        found = CfnCondition(self, "HasIpv6", expression=_has_ipv6(networks.value_as_string))
        kind = {"Fn::If": [found.logical_id, "dualstack", "ipv4"]}
        made = cast("apigateway.CfnRestApi", self.rest.node.default_child)
        made.add_property_override("EndpointConfiguration.IpAddressType", kind)
        if networks.default and self.rest.latest_deployment:
            self.rest.latest_deployment.add_to_logical_id(networks.default)

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
            access_log_format=None if environment.local else apigateway.AccessLogFormat.custom(ACCESS_LOG),
        )

    def _logs(self, environment: Environment) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            "AccessLogs",
            log_group_name=f"/aws/apigateway/{environment.name}-polo",
            retention=LOGS_STAY,
            removal_policy=RemovalPolicy.DESTROY,
        )


def _policy(networks: CfnParameter) -> iam.PolicyDocument:
    return iam.PolicyDocument.from_json(policy(Fn.split(",", networks.value_as_string)))


def _has_ipv6(networks: str) -> ICfnConditionExpression:
    """One of these networks, a text with commas, is an IPv6 network.

    Only then is the API reachable over IPv6: clients prefer it, and would be refused with an address that
    nobody has listed.
    """
    without_colons = Fn.join("", Fn.split(":", networks))
    return Fn.condition_not(Fn.condition_equals(without_colons, networks))
