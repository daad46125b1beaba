"""What a function may do, derived from its infra block: exact actions on named things, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tooling.blocks.blocks import Function, function_name
from tooling.blocks.variables import DEFAULTS, TABLES, secret_id, variables

# what services/store/dynamo_table.py calls; a test compares the two
TABLE_ACTIONS = {
    "read": ("dynamodb:GetItem", "dynamodb:Query"),
    "write": ("dynamodb:BatchWriteItem", "dynamodb:UpdateItem"),
}
# and services/cloud/bucket.py
OBJECT_ACTIONS = {"read": ("s3:GetObject",), "write": ("s3:DeleteObject", "s3:PutObject")}
RECEIVE_ACTIONS = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
)
COST_ACTIONS = (
    "ce:GetAnomalies",
    "ce:GetCostAndUsage",
    "ce:GetCostAndUsageWithResources",
    "ce:GetCostForecast",
    "ce:GetReservationCoverage",
    "ce:GetReservationUtilization",
    "ce:GetSavingsPlansCoverage",
    "ce:GetSavingsPlansUtilizationDetails",
    "cost-optimization-hub:ListRecommendations",
)
ALIAS = "live"  # of every function, in both descriptions
COST_ROLE = "PoloCostReader"
HERE = "${AWS::Region}:${AWS::AccountId}"
# names, as Fn::Sub takes them: a bucket's is the whole world's. The releases are all environments', so no
# stack has their bucket: `inv push` makes it
BUCKETS = {
    "data": "${Env}-polo-data-${AWS::AccountId}-${AWS::Region}",
    "releases": "polo-releases-${AWS::AccountId}-${AWS::Region}",
}


@dataclass(frozen=True)
class Grant:
    """Actions on one resource: an ARN as Fn::Sub takes it, with ${Env} in it, or "*".

    why: the reason for a * in it.
    """

    actions: tuple[str, ...]
    resource: str
    why: str = ""


def grants(function: Function, functions: Iterable[Function]) -> tuple[Grant, ...]:
    """All that the function's block allows it, beside its log and its traces."""
    return (
        *_tables(function),
        *_buckets(function),
        *_queues(function, functions),
        *_topics(function),
        *(grant for secret in function.secrets for grant in _secret(secret)),
        *(_invoke(name) for name in function.invokes),
        *(_role(name) for name in function.assume),
        *_organization(function),
        *_costs(function),
    )


def _tables(function: Function) -> Iterable[Grant]:
    for table, access in function.tables:
        arn = f"arn:${{AWS::Partition}}:dynamodb:{HERE}:table/${{Env}}-{TABLES[table]}"
        yield Grant(_of(TABLE_ACTIONS, access), arn)


def _buckets(function: Function) -> Iterable[Grant]:
    for name, access in function.buckets:
        bucket = f"arn:${{AWS::Partition}}:s3:::{BUCKETS[name]}"
        yield Grant(_of(OBJECT_ACTIONS, access), f"{bucket}/*", "all objects of Polo's own bucket")
        if "read" in access:
            yield Grant(("s3:ListBucket",), bucket)  # else what is not there looks like what is forbidden


def _queues(function: Function, functions: Iterable[Function]) -> Iterable[Grant]:
    if function.queue:
        yield Grant(RECEIVE_ACTIONS, _queue(function.queue))
    for value in variables(function, functions).values():
        if value.kind == "queue":
            yield Grant(("sqs:SendMessage",), _queue(value.name))


def _topics(function: Function) -> Iterable[Grant]:
    if function.topic:
        arn = f"arn:${{AWS::Partition}}:sns:{HERE}:${{Env}}-{function.topic}"
        yield Grant(("sns:Publish",), arn)


def _invoke(name: str) -> Grant:
    """The alias alone, which is what everything calls."""
    function = f"${{Env}}-{function_name(f'lambda_{name}')}:{ALIAS}"
    return Grant(("lambda:InvokeFunction",), f"arn:${{AWS::Partition}}:lambda:{HERE}:function:{function}")


def _secret(secret: str) -> Iterable[Grant]:
    """Secrets Manager ends an ARN with six characters of its own; what is not there has none."""
    arn = f"arn:${{AWS::Partition}}:secretsmanager:{HERE}:secret:{secret_id(secret, '${Env}')}"
    for each in (arn, f"{arn}-??????"):
        yield Grant(("secretsmanager:GetSecretValue",), each)


def _organization(function: Function) -> Iterable[Grant]:
    if "ACCOUNTS" in function.environment:  # ACCOUNTS=organization
        yield Grant(("organizations:ListAccounts",), "*", "the action knows no resources")


def _costs(function: Function) -> Iterable[Grant]:
    if function.cost_apis:
        yield Grant(COST_ACTIONS, "*", "Cost Explorer knows no resources")  # if the own account pays
        yield _role(COST_ROLE)


def _role(name: str) -> Grant:
    """A role in any account; its name is the parameter's, where that has this default."""
    name = "${DestinationRoleName}" if name == DEFAULTS["DESTINATION_ROLE_NAME"] else name
    arn = f"arn:${{AWS::Partition}}:iam::*:role/{name}"
    return Grant(("sts:AssumeRole",), arn, "one role in every account; each says itself whom it trusts")


def _queue(queue: str) -> str:
    return f"arn:${{AWS::Partition}}:sqs:{HERE}:${{Env}}-{queue}"


def _of(actions: Mapping[str, tuple[str, ...]], access: str) -> tuple[str, ...]:
    return tuple(sorted(action for kind in access.split("-") for action in actions[kind]))
