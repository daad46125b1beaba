"""template.yaml, the SAM template: written from the infra blocks, never by hand."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tooling import networks
from tooling.blocks.blocks import Function, read_functions
from tooling.blocks.deployment import ALARM_EMAIL, ALLOWED_CIDRS, CONFIGURATION, EMAIL_PATTERN, told
from tooling.blocks.grants import BUCKETS, grants
from tooling.blocks.queues import queue_name
from tooling.blocks.template_alarms import MAILED, alarm_resources
from tooling.blocks.template_api import IPV6, api_resources, has_ipv6, log_group
from tooling.blocks.template_messaging import messaging, queue_event, topic_name
from tooling.blocks.template_storage import KEEPS, bucket, table
from tooling.blocks.template_yaml import GetAtt, Node, Quoted, Ref, Sub, text, to_yaml, trusted
from tooling.blocks.variables import (
    DEFAULTS,
    LAPTOP,
    TABLES,
    Value,
    common_variables,
    parameter_name,
    secret_reference,
    variables,
)
from tooling.environments import DEPLOYED
from tooling.runtime import ARCHITECTURE, RUNTIME, ZIP

HEADER = "# written by `inv template` from the infra blocks of src/lambda_*.py; do not edit\n"
ENV = "${Env}"
CONFIGURED = Sub(f"configuration ${{{CONFIGURATION}}}")


def render(functions: Iterable[Function]) -> str:
    """The template's text for these functions; the same functions always give the same text."""
    functions = sorted(functions, key=lambda function: function.name)
    tables = sorted({table for function in functions for table, _ in function.tables})
    stored = any("data" in dict(each.buckets) for each in functions)
    template: Node = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Transform": "AWS::Serverless-2016-10-31",
        "Description": "Polo, the AWS estate console",
        "Parameters": _parameters(functions),
        "Conditions": _conditions(keeps=bool(tables)),
        "Globals": {"Function": _globals()},
        "Resources": {
            **api_resources(),
            **{name: made for each in functions for name, made in _function(each, functions).items()},
            **{name: made for function in functions for name, made in messaging(function).items()},
            **(bucket() if stored else {}),
            **{TABLES[each]: table(each) for each in tables},
            **alarm_resources(functions),
        },
        "Outputs": {"Url": {"Value": Sub("https://${Api}.execute-api.${AWS::Region}.amazonaws.com/${Env}/")}},
    }
    return HEADER + to_yaml(template)


def write(root: Path) -> Path:
    """Write `root`/template.yaml; returns its path. Raises BlockError."""
    path = root / "template.yaml"
    path.write_text(render(read_functions(root)), encoding="utf-8")
    return path


def _parameters(functions: Iterable[Function]) -> Node:
    names = {parameter_name(name): _parameter(DEFAULTS.get(name, "")) for name in told(functions)}
    fixed = {
        "Env": {"Type": "String", "Default": DEFAULTS["ENV"], "AllowedPattern": DEPLOYED},
        # no default: CloudFormation refuses a deployment that does not say who may come in
        ALLOWED_CIDRS: {
            "Type": "String",
            "Description": "networks that may open the console",
            "AllowedPattern": networks.PATTERN,
            "ConstraintDescription": networks.RULE,
        },
        CONFIGURATION: {
            "Type": "String",
            "Default": "",
            "Description": "hash of the other parameters: when they change, every function is published anew",
        },
        ALARM_EMAIL: {
            "Type": "String",
            "Default": "",
            "Description": "address that alarms are mailed to, once it has confirmed; empty: none",
            "AllowedPattern": EMAIL_PATTERN,
            "ConstraintDescription": "one address, or none",
        },
    }
    return dict(sorted((names | fixed).items()))


def _parameter(default: str) -> Node:
    return {"Type": "String", "Default": default}


def _conditions(*, keeps: bool) -> Node:
    mailed = {"Fn::Not": [{"Fn::Equals": [Ref(ALARM_EMAIL), ""]}]}
    prod = {KEEPS: {"Fn::Equals": [Ref("Env"), "prod"]}} if keeps else {}
    return {IPV6: has_ipv6(), MAILED: mailed, **prod}


def _globals() -> Node:
    return {
        "Runtime": RUNTIME,
        "Architectures": [ARCHITECTURE],
        "Tracing": "Active",
        "AutoPublishAlias": "live",
        "SnapStart": {"ApplyOn": "PublishedVersions"},
        "Environment": {"Variables": {name: text(value) for name, value in common_variables(ENV).items()}},
    }


def _function(function: Function, functions: Iterable[Function]) -> Node:
    """The function, its role and its log, by logical name."""
    name = function.name
    properties: Node = {
        "FunctionName": Sub(f"{ENV}-{name}"),
        "Description": CONFIGURED,
        "VersionDescription": CONFIGURED,  # another one replaces the version
        "CodeUri": ZIP,  # `sam build` would leave a path among the globals as it is
        "AutoPublishAliasAllProperties": True,  # cfn-lint does not know it among the globals
        "Handler": function.handler,
        "MemorySize": function.memory,
        "Timeout": function.timeout,
        "Role": GetAtt(f"{name}Role.Arn"),
        "LoggingConfig": {"LogGroup": Ref(f"{name}Logs")},
    }
    if not function.snap_start:
        properties |= {"EphemeralStorage": {"Size": function.disk}, "SnapStart": {"ApplyOn": "None"}}
    if values := variables(function, functions):
        properties["Environment"] = {"Variables": {name: _value(value) for name, value in values.items()}}
    if events := _events(function):
        properties["Events"] = events
    return {
        name: {"Type": "AWS::Serverless::Function", "Properties": properties},
        f"{name}Role": _role(function, functions),
        f"{name}Logs": log_group(f"/aws/lambda/{ENV}-{name}"),
    }


def _role(function: Function, functions: Iterable[Function]) -> Node:
    """What SAM would make may write every log of the account."""
    log = GetAtt(f"{function.name}Logs.Arn")
    statements = [
        _allow(("logs:CreateLogStream", "logs:PutLogEvents"), log),
        *(_allow(grant.actions, text(grant.resource)) for grant in grants(function, functions)),
        _allow(("xray:PutTraceSegments", "xray:PutTelemetryRecords"), "*"),
    ]
    document = {"Version": "2012-10-17", "Statement": statements}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": trusted("lambda"),
            "Policies": [{"PolicyName": "Function", "PolicyDocument": document}],
        },
    }


def _allow(actions: Iterable[str], resource: str) -> Node:
    return {"Effect": "Allow", "Action": [*actions], "Resource": resource}


def _value(value: Value) -> Node | str:
    match value.kind:
        case "table":
            return Ref(TABLES[value.name])
        case "bucket":
            return Ref("DataBucket") if value.name == "data" else Sub(BUCKETS[value.name])
        case "queue":
            return Ref(queue_name(value.name))
        case "topic":
            return Ref(topic_name(value.name))
        case "secret":
            return Sub(secret_reference(value.name, ENV))
        case "parameter" if value.name in LAPTOP:
            return DEFAULTS.get(value.name, "")
        case "parameter":
            return Ref(parameter_name(value.name))


def _events(function: Function) -> Node:
    events = {
        _event_name(route): {
            "Type": "Api",
            "Properties": {"RestApiId": Ref("Api"), "Path": Quoted(route), "Method": "ANY"},
        }
        for route in function.routes
    }
    if function.schedule:
        events["Schedule"] = {"Type": "Schedule", "Properties": {"Schedule": function.schedule}}
    if function.queue:
        events["Queue"] = queue_event(function.queue)
    return events


def _event_name(route: str) -> str:
    words = "".join(char if char.isalnum() else " " for char in route).split()
    return "".join(map(str.capitalize, words or ["root"]))
