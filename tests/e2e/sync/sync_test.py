"""The deployed collection: dispatcher, queue and workers, which assume the role in each account."""

from __future__ import annotations

from services.cloud.aws import Aws
from tests.e2e.utils.builder import collect, listed, log_group
from tests.e2e.utils.system import System


def test_every_account_was_collected_whole(system: System) -> None:
    heads = system.json("/sync")["scopes"]
    assert {head["account"] for head in heads} >= {account.id for account in system.members}
    assert [head for head in heads if head["status"] != "ok"] == []


def test_what_is_made_appears_and_what_is_deleted_vanishes(system: System) -> None:
    account = system.members[-1]
    with log_group(system, account) as id:
        assert listed(system, "loggroups", account, id) is None
        assert collect(system, "loggroups", account, id)["type"] == "loggroups"
        Aws(account.name).source(system.regions[0]).call("logs", "delete_log_group", logGroupName=id)
        collect(system, "loggroups", account, id, there=False)
