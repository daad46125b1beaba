"""Where a function's environment variables have their values from: one rule for template.yaml and the CDK."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tooling.blocks.blocks import Function

# the first value is what a deployment gets that says nothing
DEFAULTS = {"ENV": "dev", "USE_LOCAL_DATA": "false", "DESTINATION_ROLE_NAME": "PoloReader"}
LAPTOP = ("USE_LOCAL_DATA", "LOCAL_DATA_PATH", "CACHE_PATH", "PATIENCE")  # a deployment has their defaults
SERVICE = "polo"
TABLES = {"resource": "ResourceTable", "report": "ReportTable"}
TABLE_VARIABLES = {"resource": "DYNAMODB_TABLE_NAME", "report": "DYNAMODB_REPORT_TABLE_NAME"}

Kind = Literal["parameter", "table", "bucket", "queue", "topic", "secret"]


@dataclass(frozen=True)
class Value:
    """What a variable stands for; `name` is a parameter's variable, or the name that the block gives it."""

    kind: Kind
    name: str


def variables(function: Function, functions: Iterable[Function]) -> dict[str, Value]:
    """Variable -> its value, for all that the block declares, and what its tables and the like imply."""
    queues = {queue_variable(each.queue): Value("queue", each.queue) for each in functions if each.queue}
    declared = {name: queues.get(name, Value("parameter", name)) for name in function.environment}
    return declared | _implied(function)


def parameters(functions: Iterable[Function]) -> tuple[str, ...]:
    """The variables that a deployment must be told the value of, sorted; all have a default."""
    every = tuple(functions)
    named = (value for function in every for value in variables(function, every).values())
    return tuple(sorted({value.name for value in named if value.kind == "parameter"}))


def parameter_name(variable: str) -> str:
    """The CloudFormation parameter of a variable: LogoutUrl for LOGOUT_URL."""
    return "".join(map(str.capitalize, variable.split("_")))


def queue_variable(queue: str) -> str:
    """The variable that tells a function the queue's URL: SYNC_QUEUE_URL."""
    return f"{_upper(queue)}_QUEUE_URL"


def secret_id(secret: str, env: str) -> str:
    """The secret's name in Secrets Manager: prod/polo/marqo-api-key. No stack makes it or reads it."""
    return f"{env}/{SERVICE}/{secret}"


def secret_reference(secret: str, env: str) -> str:
    """What a variable says in place of a secret; cloud/secrets.py asks for the value when it is needed."""
    return f"secretsmanager:{secret_id(secret, env)}"


def namespace(env: str) -> str:
    """Of the environment's metrics: those of two environments in one account must not add up."""
    return f"Polo/{env}"


def common_variables(env: str) -> dict[str, str]:
    """What every function is told beside its block's variables: how Powertools names logs and metrics."""
    return {"POWERTOOLS_SERVICE_NAME": SERVICE, "POWERTOOLS_METRICS_NAMESPACE": namespace(env)}


def _implied(function: Function) -> dict[str, Value]:
    found = {TABLE_VARIABLES[table]: Value("table", table) for table, _ in function.tables}
    found |= {f"{_upper(bucket)}_BUCKET_NAME": Value("bucket", bucket) for bucket, _ in function.buckets}
    found |= {_upper(secret): Value("secret", secret) for secret in function.secrets}
    if function.topic:
        found[f"{_upper(function.topic)}_TOPIC_ARN"] = Value("topic", function.topic)
    return found


def _upper(name: str) -> str:
    return name.upper().replace("-", "_")
