"""The deployed collection: dispatcher, queue and workers, which assume the role in each account."""

from __future__ import annotations

from typing import Any

import pytest

from services.aws import Aws
from tests.e2e.conftest import Console, until
from tooling.local_accounts import MEMBERS, REGION

pytestmark = pytest.mark.e2e
SANDBOX = MEMBERS[2]
# the local AWS does not have these services, or not all that is asked of them
NOT_HERE = {"endpoints", "notebooks", "redshiftclusters", "tables"}


def listed(console: Console, id: str) -> Any:
    path = f"/resources/instances?account={SANDBOX.id}&q={id}"
    return next((each for each in console.json(path)["resources"] if each["id"] == id), None)


def test_every_account_was_collected_whole(console: Console) -> None:
    heads = console.json("/sync")["scopes"]
    failed = {(head["type"], head["error"]) for head in heads if head["status"] != "ok"}
    assert {head["account"] for head in heads} >= {account.id for account in MEMBERS}
    assert {type for type, _ in failed} <= NOT_HERE, failed


def test_what_is_made_appears_and_what_is_ended_vanishes(console: Console) -> None:
    ec2 = Aws(SANDBOX.name).source(REGION)
    made = ec2.call("ec2", "run_instances", ImageId="ami-1", InstanceType="t3.micro", MinCount=1, MaxCount=1)
    id = (made or {})["Instances"][0]["InstanceId"]
    assert listed(console, id) is None
    console.invoke("SyncFunction")
    assert until(lambda: listed(console, id))["type"] == "instances"
    ec2.call("ec2", "terminate_instances", InstanceIds=[id])
    console.invoke("SyncFunction")
    until(lambda: (found := listed(console, id)) is None or found["state"] == "terminated")
