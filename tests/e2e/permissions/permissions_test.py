"""What each deployed function may do, tried with its own role: all that its block says, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from services.models.kit.error_codes import DENIED
from settings import ROOT
from tests.e2e.utils.system import System
from tooling.blocks.blocks import Function, read_functions
from tooling.blocks.grants import BUCKETS
from tooling.blocks.variables import DEFAULTS, TABLES, queue_variable, secret_id

FUNCTIONS = read_functions(ROOT)
QUEUES = sorted({each.queue for each in FUNCTIONS if each.queue})
SECRETS = sorted({secret for each in FUNCTIONS for secret in each.secrets})
OTHER_ROLE = "OrganizationAccountAccessRole"
KEY = {"pk": {"S": "probe"}, "sk": {"S": "probe"}}
Call = tuple[str, str, Mapping[str, Any]]


@dataclass(frozen=True)
class Probe:
    """A call, and whether a function with this block may make it."""

    name: str
    call: Callable[[System], Call]
    allowed: Callable[[Function], bool]


def probes() -> Iterator[Probe]:
    for table, name in TABLES.items():
        yield from of_table(table, name)
    for bucket in BUCKETS:
        yield from of_bucket(bucket)
    for queue in QUEUES:
        yield from of_queue(queue)
    for secret in SECRETS:
        yield of_secret(secret)
    yield Probe(
        "assume the destination role",
        lambda system: assume(system, system.role),
        lambda block: DEFAULTS["DESTINATION_ROLE_NAME"] in block.assume,
    )
    yield Probe("assume another role", lambda system: assume(system, OTHER_ROLE), lambda block: False)
    yield Probe(
        "read another environment's table",
        lambda _: ("dynamodb", "get_item", {"TableName": "dev-ResourceTable", "Key": KEY}),
        lambda block: False,
    )
    yield Probe("list users", lambda _: ("iam", "list_users", {}), lambda block: False)
    yield Probe("list machines", lambda _: ("ec2", "describe_instances", {}), lambda block: False)


def assume(system: System, role: str) -> Call:
    arn = f"arn:aws:iam::{system.members[0].id}:role/{role}"
    given = {"RoleArn": arn, "RoleSessionName": "probe", "ExternalId": system.external_id}
    return "sts", "assume_role", given


def of_table(table: str, name: str) -> Iterator[Probe]:
    def call(operation: str, **given: Any) -> Callable[[System], Call]:
        return lambda system: ("dynamodb", operation, {"TableName": f"{system.target.name}-{name}", **given})

    def access(block: Function) -> str:
        return dict(block.tables).get(table, "")

    never = {"ConditionExpression": "attribute_exists(pk)"}  # it writes nothing
    yield Probe(f"read {name}", call("get_item", Key=KEY), lambda block: "read" in access(block))
    yield Probe(
        f"write {name}", call("update_item", Key=KEY, **never), lambda block: "write" in access(block)
    )
    yield Probe(f"scan {name}", call("scan"), lambda block: False)
    yield Probe(f"delete {name}", call("delete_table"), lambda block: False)


def of_bucket(bucket: str) -> Iterator[Probe]:
    def call(operation: str, **given: Any) -> Callable[[System], Call]:
        return lambda system: ("s3", operation, {"Bucket": name_of(bucket, system), **given})

    def access(block: Function) -> str:
        return dict(block.buckets).get(bucket, "")

    yield Probe(f"read {bucket}", call("get_object", Key="probe"), lambda block: "read" in access(block))
    yield Probe(f"list {bucket}", call("list_objects_v2"), lambda block: "read" in access(block))
    yield Probe(
        f"write {bucket}", call("put_object", Key="probe", Body="x"), lambda block: "write" in access(block)
    )
    yield Probe(f"delete {bucket}", call("delete_bucket"), lambda block: False)


def name_of(bucket: str, system: System) -> str:
    here = system.target
    names = {"Env": here.name, "AWS::AccountId": here.account().id, "AWS::Region": here.aws.home()}
    name = BUCKETS[bucket]
    for each, value in names.items():
        name = name.replace(f"${{{each}}}", value)
    return name


def of_secret(secret: str) -> Probe:
    return Probe(
        f"read secret {secret}",
        lambda system: (
            "secretsmanager",
            "get_secret_value",
            {"SecretId": secret_id(secret, system.target.name)},
        ),
        lambda block: secret in block.secrets,
    )


def of_queue(queue: str) -> Iterator[Probe]:
    def call(operation: str, **given: Any) -> Callable[[System], Call]:
        return lambda system: ("sqs", operation, {"QueueUrl": url(system, queue), **given})

    yield Probe(
        f"send to {queue}",
        # an empty body is refused, but only of who may send
        call("send_message", MessageBody=""),
        lambda block: queue_variable(queue) in block.environment,
    )
    yield Probe(f"receive from {queue}", call("receive_message"), lambda block: block.queue == queue)
    yield Probe(f"purge {queue}", call("purge_queue"), lambda block: False)


def url(system: System, queue: str) -> str:
    here = system.target
    return str(here.call("sqs", "get_queue_url", QueueName=f"{here.name}-{queue}")["QueueUrl"])


PROBES = tuple(probes())


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_a_function_can_do_what_its_block_says_and_nothing_else(
    function: Function, strict: System, probes: Mapping[str, str]
) -> None:
    codes = strict.ask(probes[f"{function.name}Probe"], [probe.call(strict) for probe in PROBES])
    # of a bucket that nobody has made yet AWS says so to everybody
    told = {probe: code for probe, code in zip(PROBES, codes, strict=True) if code != "NoSuchBucket"}
    assert len(told) == len(PROBES) or not strict.target.url
    found = {probe.name: code not in DENIED for probe, code in told.items()}
    assert found == {probe.name: probe.allowed(function) for probe in told}, codes


def test_the_probes_are_no_idle_ones() -> None:
    for probe in PROBES:
        assert False in {probe.allowed(function) for function in FUNCTIONS}, probe.name
    assert sum(any(map(probe.allowed, FUNCTIONS)) for probe in PROBES) >= 8
