"""template.yaml, the SAM template: written from the infra blocks, never by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from tooling.infra_blocks import Function, read_functions

RUNTIME = "python3.12"
HEADER = "# written by `inv template` from the infra blocks of src/lambda_*.py; do not edit\n"
# the first value is what a deployment gets that says nothing
DEFAULTS = {"ENV": "dev", "USE_LOCAL_DATA": "false"}
TABLES = {"resource": "ResourceTable", "report": "ReportTable"}
POLICIES = {"read": "DynamoDBReadPolicy", "write": "DynamoDBWritePolicy", "read-write": "DynamoDBCrudPolicy"}
GLOBALS = {
    "Runtime": RUNTIME,
    "CodeUri": "lambda_deployment.zip",
    "AutoPublishAlias": "live",
    "SnapStart": {"ApplyOn": "PublishedVersions"},
    "Environment": {"Variables": {"POWERTOOLS_SERVICE_NAME": "polo", "POWERTOOLS_METRICS_NAMESPACE": "Polo"}},
}

Node = dict[str, Any]


class Ref(str):
    """A logical name, written as !Ref."""


class Sub(str):
    """Text with ${...} in it, written as !Sub."""


class Quoted(str):
    """Text in double quotes, for what YAML might read as something else."""


class Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


Dumper.add_representer(Ref, lambda dumper, value: dumper.represent_scalar("!Ref", str(value)))
Dumper.add_representer(
    Quoted, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:str", str(value), style='"')
)
Dumper.add_representer(Sub, lambda dumper, value: dumper.represent_scalar("!Sub", str(value), style='"'))


def render(functions: Iterable[Function]) -> str:
    """The template's text for these functions; the same functions always give the same text."""
    functions = sorted(functions, key=lambda function: function.name)
    names = sorted({"ENV"} | {name for function in functions for name in function.environment})
    tables = sorted({table for function in functions for table, _ in function.tables})
    template: Node = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Transform": "AWS::Serverless-2016-10-31",
        "Description": "Polo, the AWS estate console",
        "Parameters": {_parameter(name): _parameter_of(name) for name in names},
        "Globals": {"Function": GLOBALS},
        "Resources": {
            "Api": _api(),
            **{function.name: _function(function) for function in functions},
            **{TABLES[table]: _table(table) for table in tables},
        },
        "Outputs": {"Url": {"Value": Sub("https://${Api}.execute-api.${AWS::Region}.amazonaws.com/${Env}/")}},
    }
    text = yaml.dump(template, Dumper=Dumper, sort_keys=False, width=110, default_flow_style=False)
    return HEADER + re.sub(r"!Ref '(\w+)'", r"!Ref \1", text)  # PyYAML quotes every tagged scalar


def write(root: Path) -> Path:
    """Write `root`/template.yaml; returns its path. Raises BlockError."""
    path = root / "template.yaml"
    path.write_text(render(read_functions(root)), encoding="utf-8")
    return path


def is_current(root: Path) -> bool:
    """Whether template.yaml says what the infra blocks say. Raises BlockError."""
    path = root / "template.yaml"
    return path.exists() and path.read_text(encoding="utf-8") == render(read_functions(root))


def _parameter(name: str) -> str:
    return "".join(map(str.capitalize, name.split("_")))


def _parameter_of(name: str) -> Node:
    secret: Node = {"NoEcho": True} if name.endswith(("_KEY", "_SECRET", "_TOKEN")) else {}
    return {"Type": "String", "Default": DEFAULTS.get(name, ""), **secret}


def _api() -> Node:
    return {
        "Type": "AWS::Serverless::Api",
        "Properties": {
            "StageName": Ref("Env"),
            "EndpointConfiguration": {"Type": "REGIONAL"},
            "BinaryMediaTypes": [Quoted("*~1*")],  # SAM reads ~1 as /
        },
    }


def _function(function: Function) -> Node:
    properties: Node = {
        "Handler": function.handler,
        "MemorySize": function.memory,
        "Timeout": function.timeout,
    }
    if function.environment:
        variables = {name: Ref(_parameter(name)) for name in function.environment}
        properties["Environment"] = {"Variables": variables}
    if function.tables:
        properties["Policies"] = [
            {POLICIES[access]: {"TableName": Ref(TABLES[table])}} for table, access in function.tables
        ]
    if events := _events(function):
        properties["Events"] = events
    return {"Type": "AWS::Serverless::Function", "Properties": properties}


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
    return events


def _event_name(route: str) -> str:
    words = "".join(char if char.isalnum() else " " for char in route).split()
    return "".join(map(str.capitalize, words or ["root"]))


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
