"""template.yaml, the SAM template: written from the infra blocks, never by hand."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tooling.infra_blocks import Function, read_functions
from tooling.infra_grants import BUCKETS, Grant, grants
from tooling.infra_queues import queue_name
from tooling.infra_variables import (
    DEFAULTS,
    TABLES,
    Value,
    common_variables,
    parameter_name,
    parameters,
    secret_reference,
    variables,
)
from tooling.runtime import ARCHITECTURE, RUNTIME, ZIP
from tooling.template_messaging import messaging, queue_event, topic_name
from tooling.template_yaml import Node, Quoted, Ref, Sub, to_yaml

HEADER = "# written by `inv template` from the infra blocks of src/lambda_*.py; do not edit\n"
ENV = "${Env}"


def render(functions: Iterable[Function]) -> str:
    """The template's text for these functions; the same functions always give the same text."""
    functions = sorted(functions, key=lambda function: function.name)
    tables = sorted({table for function in functions for table, _ in function.tables})
    names = sorted({"ENV", *parameters(functions)})
    template: Node = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Transform": "AWS::Serverless-2016-10-31",
        "Description": "Polo, the AWS estate console",
        "Parameters": {parameter_name(name): _parameter(name) for name in names},
        "Globals": {"Function": _globals()},
        "Resources": {
            "Api": _api(),
            **{function.name: _function(function, functions) for function in functions},
            **{name: made for function in functions for name, made in messaging(function).items()},
            **({"DataBucket": _bucket()} if any("data" in dict(each.buckets) for each in functions) else {}),
            **{TABLES[table]: _table(table) for table in tables},
        },
        "Outputs": {"Url": {"Value": Sub("https://${Api}.execute-api.${AWS::Region}.amazonaws.com/${Env}/")}},
    }
    return HEADER + to_yaml(template)


def write(root: Path) -> Path:
    """Write `root`/template.yaml; returns its path. Raises BlockError."""
    path = root / "template.yaml"
    path.write_text(render(read_functions(root)), encoding="utf-8")
    return path


def _globals() -> Node:
    return {
        "Runtime": RUNTIME,
        "Architectures": [ARCHITECTURE],
        "AutoPublishAlias": "live",
        "SnapStart": {"ApplyOn": "PublishedVersions"},
        "Environment": {"Variables": {name: _text(text) for name, text in common_variables(ENV).items()}},
    }


def _parameter(name: str) -> Node:
    return {"Type": "String", "Default": DEFAULTS.get(name, "")}


def _api() -> Node:
    return {
        "Type": "AWS::Serverless::Api",
        "Properties": {
            "StageName": Ref("Env"),
            "EndpointConfiguration": {"Type": "REGIONAL"},
            "BinaryMediaTypes": [Quoted("*~1*")],  # SAM reads ~1 as /
        },
    }


def _function(function: Function, functions: Iterable[Function]) -> Node:
    properties: Node = {
        "CodeUri": ZIP,  # `sam build` would leave a path among the globals as it is
        "Handler": function.handler,
        "MemorySize": function.memory,
        "Timeout": function.timeout,
    }
    if not function.snap_start:
        properties |= {"EphemeralStorage": {"Size": function.disk}, "SnapStart": {"ApplyOn": "None"}}
    if values := variables(function, functions):
        properties["Environment"] = {"Variables": {name: _value(value) for name, value in values.items()}}
    if allowed := grants(function, functions):
        properties["Policies"] = [_policy(grant) for grant in allowed]
    if events := _events(function):
        properties["Events"] = events
    return {"Type": "AWS::Serverless::Function", "Properties": properties}


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
        case "parameter":
            return Ref(parameter_name(value.name))


def _policy(grant: Grant) -> Node:
    statement = {"Effect": "Allow", "Action": [*grant.actions], "Resource": _text(grant.resource)}
    return {"Statement": [statement]}


def _text(text: str) -> str:
    return Sub(text) if "${" in text else text


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


def _bucket() -> Node:
    closed = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    return {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "BucketName": Sub(BUCKETS["data"]),
            "PublicAccessBlockConfiguration": dict.fromkeys(closed, True),
        },
    }


def _table(table: str) -> Node:
    name = TABLES[table]
    keys = ("pk", "HASH"), ("sk", "RANGE")
    return {
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "TableName": Sub("${Env}-" + name),
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
            "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True},
            "KeySchema": [{"AttributeName": key, "KeyType": kind} for key, kind in keys],
        },
    }
