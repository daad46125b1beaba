"""The API of template.yaml: who may come in, how often, and the log of it."""

from __future__ import annotations

from typing import Any

from tooling.blocks.api import ACCESS_LOG, BURST, HEALTH, HEALTH_BURST, HEALTH_RATE, RATE, policy
from tooling.blocks.retention import LOGS_STAY
from tooling.blocks.template_yaml import GetAtt, If, Node, Quoted, Ref, Select, Split, Sub, trusted

IPV6 = "HasIpv6"  # condition: one of the networks is an IPv6 network
_NETWORKS = Ref("AllowedCidrs")
_PUSH_LOGS = "arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"


def api_resources() -> Node:
    """The API, its access log, and the account-wide role by which API Gateway writes that."""
    return {
        "Api": {"Type": "AWS::Serverless::Api", "Properties": _api()},
        "AccessLogs": log_group("/aws/apigateway/${Env}-polo"),
        "ApiLogsRole": {
            "Type": "AWS::IAM::Role",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "AssumeRolePolicyDocument": trusted("apigateway"),
                "ManagedPolicyArns": [Sub(_PUSH_LOGS)],
            },
        },
        # one for all APIs of the account and region: other stacks go on with it when this one goes
        "ApiAccount": {
            "Type": "AWS::ApiGateway::Account",
            "DependsOn": "Api",  # AWS refuses it where there has never been an API
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {"CloudWatchRoleArn": GetAtt("ApiLogsRole.Arn")},
        },
    }


def has_ipv6() -> Node:
    """The condition IPV6: without its colons the text is another one."""
    without_colons = {"Fn::Join": ["", Split([":", _NETWORKS])]}
    return {"Fn::Not": [{"Fn::Equals": [without_colons, _NETWORKS]}]}


def log_group(name: str) -> Node:
    """A log that belongs to the stack and forgets."""
    return {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {"LogGroupName": Sub(name), "RetentionInDays": LOGS_STAY},
    }


def _api() -> Node:
    # the stage needs the account's role, which nothing else in it refers to, and SAM gives it no DependsOn
    log = Select([0, [GetAtt("AccessLogs.Arn"), Ref("ApiAccount")]])
    return {
        "Name": Sub("${Env}-polo"),
        "StageName": Ref("Env"),
        "OpenApiVersion": Quoted("3.0.1"),  # without, SAM makes a second stage, which has none of this
        # the networks are in force only in a deployment that is made after they have changed
        "AlwaysDeploy": True,
        "EndpointConfiguration": {
            "Type": "REGIONAL",
            # clients prefer IPv6, and would be refused with an address that nobody has listed
            "IpAddressType": If([IPV6, "dualstack", "ipv4"]),
        },
        "BinaryMediaTypes": [Quoted("*~1*")],  # SAM reads ~1 as /
        # in the body, which API Gateway imports as a whole: a policy beside it might not outlive that
        "Auth": {"ResourcePolicy": {"CustomStatements": policy(Split([",", _NETWORKS]))["Statement"]}},
        "TracingEnabled": True,
        "AccessLogSetting": {"DestinationArn": log, "Format": ACCESS_LOG},
        "MethodSettings": [
            _limits("/*", RATE, BURST, MetricsEnabled=True),
            _limits("/~1" + HEALTH[1:], HEALTH_RATE, HEALTH_BURST),
        ],
    }


def _limits(path: str, rate: int, burst: int, **more: Any) -> Node:
    limits = {"ThrottlingRateLimit": rate, "ThrottlingBurstLimit": burst, "DataTraceEnabled": False}
    return {"ResourcePath": Quoted(path), "HttpMethod": Quoted("*"), **limits, **more}
