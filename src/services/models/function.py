"""Lambda functions. The values of their environment are secrets: only the names are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from services.models.kit import tagging
from services.models.kit.base import Call, Column, Metric, Resource, ResourceType, arn_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, at, each, required, text, texts, whole

HIDDEN = "***"


@model
class Function(Resource):
    runtime: str = ""
    memory: int | None = None  # MB
    timeout: int | None = None  # seconds
    code_size: int | None = None  # bytes
    architecture: str = ""
    package: str = ""
    description: str = ""
    role: str = ""
    vpc: str = ""
    layers: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "FunctionName")
        item = without_values(item)
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "FunctionArn") or arn_of(scope, "lambda", f"function:{id}"),
            name=id,
            created=item.get("LastModified"),  # the API does not tell the day of creation
            runtime=text(item, "Runtime"),
            memory=whole(item, "MemorySize"),
            timeout=whole(item, "Timeout"),
            code_size=whole(item, "CodeSize"),
            architecture=", ".join(texts(item, "Architectures")),
            package=text(item, "PackageType"),
            description=text(item, "Description"),
            role=text(item, "Role").rpartition("/")[2],
            vpc=text(item, "VpcConfig", "VpcId"),
            layers=tuple(text(layer, "Arn") for layer in each(item, "Layers")),
            environment=tuple(sorted(map(str, at(item, "Environment", "Variables") or ()))),
        )


def without_values(item: Item) -> Item:
    """The item with every value of its environment hidden."""
    if "Environment" not in item:
        return item
    variables = at(item, "Environment", "Variables")
    names = variables if isinstance(variables, Mapping) else ()
    return {**item, "Environment": {"Variables": dict.fromkeys(names, HIDDEN)}}


# docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html: sent when an invocation ends
_NAME = (("FunctionName", "{id}"),)
METRICS = (
    Metric("AWS/Lambda", "Invocations", "Sum", _NAME, "Invocations", "", sparse=True),
    Metric("AWS/Lambda", "Errors", "Sum", _NAME, "Errors", "", sparse=True),
    Metric("AWS/Lambda", "Duration", "p99", _NAME, "Duration, p99", "ms", sparse=True),
)

RESOURCE_TYPE = ResourceType(
    name="functions",
    title="Functions",
    singular="Function",
    order=70,
    model=Function,
    call=Call("lambda", "list_functions", "Functions[]", page_size=50),
    enrich=tagging.sweep("lambda:function", "FunctionArn"),
    actions=("lambda:ListFunctions", tagging.ACTION),
    columns=(
        Column("runtime", "Runtime", mono=True, facet=True),
        Column("memory", "Memory", unit="MB", numeric=True),
        Column("timeout", "Timeout", unit="s", numeric=True),
        Column("code_size", "Code size", unit="B", numeric=True),
        Column("architecture", "Architecture", facet=True),
        Column("package", "Package"),
    ),
    console="https://{region}.console.aws.amazon.com/lambda/home?region={region}#/functions/{id}",
    good_states=("Active",),
    metrics=METRICS,
    sample={
        "FunctionName": "checkout-webhook",
        "FunctionArn": "arn:aws:lambda:us-east-1:412233445883:function:checkout-webhook",
        "Runtime": "python3.12",
        "Role": "arn:aws:iam::412233445883:role/checkout-webhook",
        "Handler": "app.handler",
        "CodeSize": 1482231,
        "Description": "Takes payment events",
        "Timeout": 30,
        "MemorySize": 512,
        "LastModified": "2026-04-22T11:03:59.000+0000",
        "PackageType": "Zip",
        "Architectures": ["arm64"],
        "Environment": {"Variables": {"DATABASE_URL": "postgres://user:secret@host/db", "STAGE": "prod"}},
        "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": "vpc-0a1b2c3d4e5f60718"},
        "Layers": [{"Arn": "arn:aws:lambda:us-east-1:412233445883:layer:shared:7", "CodeSize": 88211}],
        "Tags": [{"Key": "Team", "Value": "checkout"}],
    },
)
