"""template.yaml, the SAM template: written from the infra blocks, never by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from tooling.infra_blocks import Function, read_functions
from tooling.template_queue import queue_event, queue_policies, queue_resources, queue_variables
from tooling.template_yaml import Node, Quoted, Ref, Sub, to_yaml

RUNTIME = "python3.12"
HEADER = "# written by `inv template` from the infra blocks of src/lambda_*.py; do not edit\n"
# the first value is what a deployment gets that says nothing
DEFAULTS = {"ENV": "dev", "USE_LOCAL_DATA": "false", "DESTINATION_ROLE_NAME": "PoloReader"}
TABLES = {"resource": "ResourceTable", "report": "ReportTable"}
TABLE_VARIABLES = {"DYNAMODB_TABLE_NAME": "resource", "DYNAMODB_REPORT_TABLE_NAME": "report"}
POLICIES = {"read": "DynamoDBReadPolicy", "write": "DynamoDBWritePolicy", "read-write": "DynamoDBCrudPolicy"}
GLOBALS = {
    "Runtime": RUNTIME,
    "CodeUri": "lambda_deployment.zip",
    "AutoPublishAlias": "live",
    "SnapStart": {"ApplyOn": "PublishedVersions"},
    "Environment": {"Variables": {"POWERTOOLS_SERVICE_NAME": "polo", "POWERTOOLS_METRICS_NAMESPACE": "Polo"}},
}


def render(functions: Iterable[Function]) -> str:
    """The template's text for these functions; the same functions always give the same text."""
    functions = sorted(functions, key=lambda function: function.name)
    tables = sorted({table for function in functions for table, _ in function.tables})
    known = _known(functions, tables)
    names = sorted({"ENV"} | {name for function in functions for name in function.environment} - set(known))
    template: Node = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Transform": "AWS::Serverless-2016-10-31",
        "Description": "Polo, the AWS estate console",
        "Parameters": {_parameter(name): _parameter_of(name) for name in names},
        "Globals": {"Function": GLOBALS},
        "Resources": {
            "Api": _api(),
            **{function.name: _function(function, known) for function in functions},
            **{name: queue for function in functions for name, queue in queue_resources(function).items()},
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


def _known(functions: list[Function], tables: list[str]) -> dict[str, Ref]:
    """Variables whose value the template itself knows: no parameter could be right about them."""
    named = {name: Ref(TABLES[table]) for name, table in TABLE_VARIABLES.items() if table in tables}
    return named | queue_variables(functions)


def _function(function: Function, known: Mapping[str, Ref]) -> Node:
    properties: Node = {
        "Handler": function.handler,
        "MemorySize": function.memory,
        "Timeout": function.timeout,
    }
    tables = dict(function.tables)
    implied = [name for name, table in TABLE_VARIABLES.items() if table in tables]
    if names := dict.fromkeys((*function.environment, *implied)):
        variables = {name: known.get(name, Ref(_parameter(name))) for name in names}
        properties["Environment"] = {"Variables": variables}
    if policies := _policies(function):
        properties["Policies"] = policies
    if events := _events(function):
        properties["Events"] = events
    return {"Type": "AWS::Serverless::Function", "Properties": properties}


def _policies(function: Function) -> list[Node]:
    policies: list[Node] = [
        {POLICIES[access]: {"TableName": Ref(TABLES[table])}} for table, access in function.tables
    ]
    if function.queue:
        policies += queue_policies(function.queue)
    if function.assume:
        policies.append(_allow("sts:AssumeRole", *map(_role, function.assume)))
    if "ACCOUNTS" in function.environment:
        policies.append(_allow("organizations:ListAccounts", "*"))  # ACCOUNTS=organization
    return policies


def _role(name: str) -> Sub:
    """A role in any account; its name is the parameter's, where that has this default."""
    name = "${DestinationRoleName}" if name == DEFAULTS["DESTINATION_ROLE_NAME"] else name
    return Sub("arn:${AWS::Partition}:iam::*:role/" + name)


def _allow(action: str, *resources: str) -> Node:
    return {"Statement": [{"Effect": "Allow", "Action": action, "Resource": [*resources]}]}


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
