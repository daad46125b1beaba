"""What each function may do, tried on a local AWS that enforces IAM: all that its block says, and no more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from services.models.steps import DENIED
from settings import ROOT
from tests.integration.conftest import free_port, started
from tooling.infra_blocks import Function, read_functions
from tooling.infra_grants import BUCKETS, grants
from tooling.infra_variables import TABLES, queue_variable, secret_id
from tooling.local_aws import LocalAws

pytestmark = pytest.mark.e2e
HOME, MEMBER, REGION = "000000000000", "111111111111", "us-east-1"
FUNCTIONS = read_functions(ROOT)
QUEUES = sorted({each.queue for each in FUNCTIONS if each.queue})
SECRETS = sorted({secret for each in FUNCTIONS for secret in each.secrets})
ROLES = ("PoloReader", "PoloCostReader", "Administrator")
PLACES = {"${Env}": "prod", "${AWS::AccountId}": HOME, "${AWS::Region}": REGION, "${AWS::Partition}": "aws"}
KEY = {"pk": {"S": "probe"}, "sk": {"S": "probe"}}
Ask = Callable[[str], Any]  # service -> a client with the function's permissions


@dataclass(frozen=True)
class Probe:
    """A call, and whether a function with this block may make it."""

    name: str
    call: Callable[[Ask], Any]
    allowed: Callable[[Function], bool]


def resolved(text: str) -> str:
    for name, value in PLACES.items():
        text = text.replace(name, value)
    return text.replace("${DestinationRoleName}", "PoloReader")


def probes() -> Iterator[Probe]:
    for table, name in TABLES.items():
        yield from of_table(table, name)
    for bucket, name in BUCKETS.items():
        yield from of_bucket(bucket, resolved(name))
    for queue in QUEUES:
        yield from of_queue(queue)
    for secret in SECRETS:
        yield of_secret(secret)
    for role in ROLES:
        yield Probe(
            f"assume {role}",
            lambda ask, role=role: ask("sts").assume_role(
                RoleArn=f"arn:aws:iam::{MEMBER}:role/{role}", RoleSessionName="probe", ExternalId="word"
            ),
            lambda block, role=role: role in block.assume or (role == "PoloCostReader" and block.cost_apis),
        )
    yield Probe(
        "read another environment's table",
        lambda ask: ask("dynamodb").get_item(TableName="dev-ResourceTable", Key=KEY),
        lambda block: False,
    )
    yield Probe("make a user", lambda ask: ask("iam").create_user(UserName="x"), lambda block: False)
    yield Probe("list machines", lambda ask: ask("ec2").describe_instances(), lambda block: False)


def of_table(table: str, name: str) -> Iterator[Probe]:
    given = {"TableName": f"prod-{name}"}

    def access(block: Function) -> str:
        return dict(block.tables).get(table, "")

    yield Probe(
        f"read {name}", lambda ask: ask("dynamodb").get_item(**given, Key=KEY), lambda b: "read" in access(b)
    )
    yield Probe(
        f"write {name}",
        lambda ask: ask("dynamodb").update_item(**given, Key=KEY),
        lambda block: "write" in access(block),
    )
    yield Probe(f"scan {name}", lambda ask: ask("dynamodb").scan(**given), lambda block: False)
    yield Probe(f"delete {name}", lambda ask: ask("dynamodb").delete_table(**given), lambda block: False)


def of_bucket(bucket: str, name: str) -> Iterator[Probe]:
    def access(block: Function) -> str:
        return dict(block.buckets).get(bucket, "")

    one = {"Bucket": name, "Key": "probe"}
    yield Probe(f"read {bucket}", lambda ask: ask("s3").get_object(**one), lambda b: "read" in access(b))
    yield Probe(
        f"list {bucket}", lambda ask: ask("s3").list_objects_v2(Bucket=name), lambda b: "read" in access(b)
    )
    yield Probe(
        f"write {bucket}", lambda ask: ask("s3").put_object(**one, Body=b"x"), lambda b: "write" in access(b)
    )
    yield Probe(f"delete {bucket}", lambda ask: ask("s3").delete_bucket(Bucket=name), lambda block: False)


def of_secret(secret: str) -> Probe:
    id = secret_id(secret, "prod")
    return Probe(
        f"read secret {secret}",
        lambda ask: ask("secretsmanager").get_secret_value(SecretId=id),
        lambda block: secret in block.secrets,
    )


def of_queue(queue: str) -> Iterator[Probe]:
    def url(ask: Ask) -> str:
        return f"{ask('sqs').meta.endpoint_url}/{HOME}/prod-{queue}"

    yield Probe(
        f"send to {queue}",
        lambda ask: ask("sqs").send_message(QueueUrl=url(ask), MessageBody="{}"),
        lambda block: queue_variable(queue) in block.environment,
    )
    yield Probe(
        f"receive from {queue}",
        lambda ask: ask("sqs").receive_message(QueueUrl=url(ask)),
        lambda block: block.queue == queue,
    )
    yield Probe(f"purge {queue}", lambda ask: ask("sqs").purge_queue(QueueUrl=url(ask)), lambda block: False)


PROBES = tuple(probes())


@pytest.fixture(scope="module")
def strict_aws() -> Iterator[LocalAws]:
    yield from started(LocalAws(ROOT / ".local" / "ministack", free_port()), auth=True)


@pytest.fixture(scope="module")
def url(strict_aws: LocalAws) -> str:
    """Of an AWS with all that there is to be asked for."""
    ask = client(strict_aws.url, HOME, "x")
    for table in (*(f"prod-{name}" for name in TABLES.values()), "dev-ResourceTable"):
        make_table(ask("dynamodb"), table)
    for name in BUCKETS.values():
        ask("s3").create_bucket(Bucket=resolved(name))
        ask("s3").put_object(Bucket=resolved(name), Key="probe", Body=b"x")
    for queue in QUEUES:
        ask("sqs").create_queue(QueueName=f"prod-{queue}")
    for secret in SECRETS:
        ask("secretsmanager").create_secret(Name=secret_id(secret, "prod"), SecretString="s")
    for role in ROLES:
        make_role(client(strict_aws.url, MEMBER, "x")("iam"), role)
    return strict_aws.url


def make_table(dynamodb: Any, name: str) -> None:
    keys = (("pk", "HASH"), ("sk", "RANGE"))
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys],
    )


def make_role(iam: Any, name: str) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{HOME}:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "word"}},
    }
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=document([statement]))


@pytest.fixture(scope="module", params=FUNCTIONS, ids=lambda function: function.name)
def function(request: pytest.FixtureRequest) -> Function:
    found: Function = request.param
    return found


@pytest.fixture(scope="module")
def ask(function: Function, url: str) -> Ask:
    """With exactly what the function's block grants, and the stack gives its role."""
    iam = client(url, HOME, "x")("iam")
    iam.create_user(UserName=function.name)
    statements = [
        {"Effect": "Allow", "Action": [*grant.actions], "Resource": resolved(grant.resource)}
        for grant in grants(function, FUNCTIONS)
    ]
    if statements:
        iam.put_user_policy(UserName=function.name, PolicyName="grants", PolicyDocument=document(statements))
    key = iam.create_access_key(UserName=function.name)["AccessKey"]
    return client(url, key["AccessKeyId"], key["SecretAccessKey"])


def test_a_function_can_do_what_its_block_says_and_nothing_else(function: Function, ask: Ask) -> None:
    expected = {probe.name: probe.allowed(function) for probe in PROBES}
    assert {probe.name: may(probe, ask) for probe in PROBES} == expected


def test_the_probes_are_no_idle_ones() -> None:
    for probe in PROBES:
        answers = {probe.allowed(function) for function in FUNCTIONS}
        assert False in answers, probe.name
    assert sum(any(map(probe.allowed, FUNCTIONS)) for probe in PROBES) >= 8


def may(probe: Probe, ask: Ask) -> bool:
    try:
        probe.call(ask)
    except ClientError as error:
        assert error.response["Error"]["Code"] in DENIED, (probe.name, error)
        return False
    return True


def client(url: str, key: str, password: str) -> Ask:
    def ask(service: str) -> Any:
        return boto3.client(
            service, REGION, endpoint_url=url, aws_access_key_id=key, aws_secret_access_key=password
        )

    return ask


def document(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
