"""What a function may do follows from its block, and from nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tooling.blocks.blocks import Function, read_functions
from tooling.blocks.grants import OBJECT_ACTIONS, TABLE_ACTIONS, grants

pytestmark = pytest.mark.infra

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = "${AWS::Region}:${AWS::AccountId}"
QUEUE = Function("Q", "lambda_q", queue="sync", environment=("SYNC_QUEUE_URL",))


def allowed(**block: object) -> dict[str, set[str]]:
    """Resource, without its partition -> actions."""
    function = Function("F", "lambda_f", **block)  # type: ignore[arg-type]
    found: dict[str, set[str]] = {}
    for grant in grants(function, (function, QUEUE)):
        found.setdefault(grant.resource.removeprefix("arn:${AWS::Partition}:"), set()).update(grant.actions)
    return found


def test_an_empty_block_allows_nothing() -> None:
    assert allowed() == {}


def test_a_table_is_read_or_written_or_both() -> None:
    table = f"dynamodb:{HERE}:table/${{Env}}-ResourceTable"
    assert allowed(tables=(("resource", "read"),)) == {table: {"dynamodb:GetItem", "dynamodb:Query"}}
    both = set(TABLE_ACTIONS["read"] + TABLE_ACTIONS["write"])
    assert allowed(tables=(("resource", "read-write"),)) == {table: both}


def test_the_actions_on_a_table_are_those_that_polo_calls() -> None:
    called = calls("store/dynamo_table", 0)
    named = {f"dynamodb:{''.join(map(str.capitalize, call.split('_')))}" for call in called}
    named -= {"dynamodb:TransactWriteItems"}  # no action of IAM: those of its items allow it
    assert named == {action for actions in TABLE_ACTIONS.values() for action in actions}


def test_the_actions_on_a_bucket_are_those_that_polo_calls() -> None:
    actions = {
        "get_object": "s3:GetObject",
        "put_object": "s3:PutObject",
        "delete_objects": "s3:DeleteObject",
        "list_objects_v2": "s3:ListBucket",
    }
    both = {action for allowed in OBJECT_ACTIONS.values() for action in allowed} | {"s3:ListBucket"}
    assert {actions[call] for call in calls("cloud/bucket", 1)} == both


def calls(module: str, position: int) -> set[str]:
    """The operations that a module of services calls: the texts among its calls' arguments there."""
    tree = ast.parse((ROOT / "src" / "services" / f"{module}.py").read_text())
    made = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    names = (node for node in made if isinstance(node.func, ast.Attribute))
    texts = (node.args[position] for node in names if node.func.attr in ("_call", "call", "body"))
    return {str(text.value) for text in texts if isinstance(text, ast.Constant)}


def test_who_knows_a_queue_may_send_and_its_owner_may_receive() -> None:
    queue = f"sqs:{HERE}:${{Env}}-sync"
    assert allowed(environment=("SYNC_QUEUE_URL",)) == {queue: {"sqs:SendMessage"}}
    owner = {action for grant in grants(QUEUE, (QUEUE,)) for action in grant.actions}
    assert {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:SendMessage"} <= owner


def test_a_secret_is_read_by_its_name_alone() -> None:
    secret = f"secretsmanager:{HERE}:secret:${{Env}}/polo/slack-webhook-url"
    read = {"secretsmanager:GetSecretValue"}
    assert allowed(secrets=("slack-webhook-url",)) == {secret: read, f"{secret}-??????": read}


def test_buckets_topics_roles_and_costs() -> None:
    bucket = "s3:::${Env}-polo-data-${AWS::AccountId}-${AWS::Region}"
    assert allowed(buckets=(("data", "write"),)) == {f"{bucket}/*": {"s3:DeleteObject", "s3:PutObject"}}
    assert allowed(buckets=(("data", "read"),)) == {
        f"{bucket}/*": {"s3:GetObject"},
        bucket: {"s3:ListBucket"},
    }
    releases = "s3:::polo-releases-${AWS::AccountId}-${AWS::Region}"  # of all environments
    assert {*allowed(buckets=(("releases", "read"),))} == {releases, f"{releases}/*"}
    assert allowed(topic="findings") == {f"sns:{HERE}:${{Env}}-findings": {"sns:Publish"}}
    assert allowed(assume=("Other",)) == {"iam::*:role/Other": {"sts:AssumeRole"}}
    assert allowed(assume=("PoloReader",)) == {"iam::*:role/${DestinationRoleName}": {"sts:AssumeRole"}}
    snapshot = f"lambda:{HERE}:function:${{Env}}-SnapshotFunction:live"
    assert allowed(invokes=("snapshot",)) == {snapshot: {"lambda:InvokeFunction"}}
    costs = allowed(cost_apis=True)
    assert "ce:GetCostAndUsage" in costs["*"] and "iam::*:role/PoloCostReader" in costs


@pytest.mark.parametrize("function", read_functions(ROOT), ids=lambda function: function.name)
def test_whatever_has_a_star_says_why(function: Function) -> None:
    for grant in grants(function, read_functions(ROOT)):
        assert grant.why or "*" not in grant.resource
        assert not [action for action in grant.actions if "*" in action]
