"""The roles in other accounts, from their own templates: whom they let in, and what they let them do."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from services.models.kit.error_codes import DENIED
from tests.e2e.utils.system import System
from tests.e2e.utils.waiting import until

Visitor = Mapping[str, str]
READS = [
    ("ec2", "describe_volumes", {}),
    ("logs", "describe_log_groups", {}),
    ("iam", "get_account_summary", {}),
]
WRITES = [
    ("logs", "create_log_group", {"logGroupName": "/e2e/never"}),
    ("sns", "create_topic", {"Name": "e2e-never"}),
    ("iam", "create_user", {"UserName": "e2e-never"}),
    ("secretsmanager", "get_secret_value", {"SecretId": "e2e-never"}),
    ("ec2", "delete_volume", {"VolumeId": "vol-00000000000000000"}),
    ("dynamodb", "get_item", {"TableName": "e2e-never", "Key": {"id": {"S": "never"}}}),
    ("sts", "assume_role", {"RoleArn": "arn:aws:iam::999999999999:role/x", "RoleSessionName": "never"}),
]
WORDS = {"right": None, "wrong": "another-word", "missing": ""}


def visit(system: System, visitor: str, role: str, word: str | None, *calls: Any) -> dict[str, Any]:
    """word: the ExternalId to say; None for the right one, empty for none."""
    said = {"ExternalId": system.external_id if word is None else word} if word != "" else {}
    arn = f"arn:aws:iam::{system.members[0].id}:role/{role}"
    assume = {"RoleArn": arn, "RoleSessionName": "e2e", **said}
    found: dict[str, Any] = system.ask(visitor, {"assume": assume, "calls": calls})
    return found


@pytest.mark.parametrize("word", WORDS)
def test_the_destination_role_lets_in_who_says_its_external_id(
    strict: System, visitors: Visitor, word: str
) -> None:
    found = visit(strict, visitors["SyncFunctionVisitor"], strict.role, WORDS[word])
    assert found["refused"] == ("" if word == "right" else "AccessDenied")


@pytest.mark.parametrize("word", WORDS)
def test_so_does_the_cost_reading_role(
    strict: System, visitors: Visitor, cost_reader: str, word: str
) -> None:
    found = visit(strict, visitors["CostsFunctionVisitor"], cost_reader, WORDS[word])
    assert found["refused"] == ("" if word == "right" else "AccessDenied")


def test_it_may_look_and_change_nothing(strict: System, visitors: Visitor) -> None:
    found = visit(strict, visitors["SyncFunctionVisitor"], strict.role, None, *READS, *WRITES)
    codes = dict(zip([operation for _, operation, _ in (*READS, *WRITES)], found["codes"], strict=True))
    assert [name for _, name, _ in READS if codes[name]] == [], codes
    assert [name for _, name, _ in WRITES if codes[name] not in DENIED] == [], codes


def test_the_deployed_collection_went_through_it(strict: System) -> None:
    accounts = {head["account"] for head in strict.json("/sync")["scopes"]}
    assert (accounts, failed(strict)) == ({strict.members[0].id}, [])


@pytest.fixture
def another_word(strict: System) -> Iterator[None]:
    """The role asks for another ExternalId, for the time of a test."""
    strict.let_in("another-word")
    yield
    strict.let_in(strict.external_id)


def test_with_another_external_id_it_collects_nothing_and_says_why(
    strict: System, visitors: Visitor, another_word: None
) -> None:
    until(lambda: work(strict) == ["job-1"])
    errors = until(lambda: failed(strict))
    role = f"arn:aws:iam::{strict.members[0].id}:role/{strict.role}"
    assert [error for error in errors if f"can't assume {role}" not in error] == []
    assert strict.external_id not in "".join(errors)
    strict.let_in(strict.external_id)
    until(lambda: work(strict) == [])
    until(lambda: not failed(strict))


def failed(system: System) -> list[str]:
    """Why scopes were not collected, as the console tells it."""
    return [head["error"] for head in system.json("/sync")["scopes"] if head["status"] != "ok"]


def work(system: System) -> list[str]:
    """Have the deployed worker do one job, for the last time; the messages that it gives back."""
    account = system.members[0]
    job = {"account": account.id, "name": account.name, "group": "other"}
    sent = {"SentTimestamp": str(time.time_ns() // 1_000_000), "ApproximateReceiveCount": "3"}
    record = {"messageId": "job-1", "receiptHandle": "none", "body": json.dumps(job), "attributes": sent}
    answer = system.run("SyncFunction", {"Records": [record]})
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]
