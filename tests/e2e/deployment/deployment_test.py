"""`inv deploy -e local`: what the tasks of a deployment say, from an empty local AWS to the page.

That nothing is left after `inv destroy` is seen when the system of these tests goes.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from settings import ROOT
from tests.e2e.utils.local import inv
from tests.e2e.utils.system import System
from tooling.deploy import destroy
from tooling.deploy.deploy import Order, deploy, stack_of
from tooling.environments import environment
from tooling.local.accounts import MEMBERS
from tooling.local.aws import LocalAws


@pytest.fixture(autouse=True)
def local(profile: str) -> None:
    """What an account would charge for, or what is of the local environment alone."""
    if profile:
        pytest.skip("of the local environment")


def test_the_page_shows_what_the_deployed_collection_found(system: System) -> None:
    summary = system.json("/summary")
    assert summary["count"] > 300
    assert set(summary["by_account"]) == {member.id for member in MEMBERS}
    page = system.page("/resources/instances")
    assert "checkout" in page and "indexer" in page


def test_it_was_collected_through_the_queue(system: System) -> None:
    said = inv("logs", "sync", "-e", "local").stdout
    jobs = set(re.findall(r'"account":"(\d+)","group":"(\w+)"', said))
    assert {account for account, _ in jobs} == {member.id for member in MEMBERS}
    assert len(jobs) >= 12
    assert "job failed" not in said


def test_cloud_cop_has_judged_it(system: System) -> None:
    assert "EBS-GP2" in system.page("/cop")


def test_the_smoke_test_says_what_runs(system: System) -> None:
    assert re.search(r"smoke test: release [0-9a-f]{12}, table ok", system.said)


def test_a_second_deployment_has_nothing_to_do(system: System) -> None:
    done = inv("deploy", "-e", "local", "--dry-run")
    assert done.stdout.splitlines()[-1] == "0 changes to local-PoloStack; nothing was changed"


def test_events_and_outputs_tell_of_the_stack(system: System) -> None:
    assert inv("events", "-e", "local").stdout.endswith("local-PoloStack is CREATE_COMPLETE\n")
    assert f"Url = {system.url}" in inv("outputs", "-e", "local").stdout


def test_the_page_of_deployments_knows_this_one(system: System) -> None:
    place = next(
        each for each in system.json("/deployments")["environments"] if each["environment"] == "local"
    )
    assert place["now"]["release"] == ""
    assert {event["status"] for event in place["last"]["events"]} >= {"CREATE_COMPLETE"}


def test_what_the_local_aws_lacks_is_not_collected_and_said_so(system: System) -> None:
    for said in (system.said, system.page("/sync")):
        assert "ot collected" in said
    assert "redshiftclusters" in system.said
    assert "Redshift" in system.page("/sync")


def test_a_prod_that_was_destroyed_keeps_its_tables_and_the_next_one_takes_them_over(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOWED_CIDRS", "127.0.0.0/8")
    prod, told = replace(system.target, environment=environment("prod")), list[str]()
    assert deploy(ROOT, Order(prod), str).verdict.failed == ""
    table, key = "prod-ResourceTable", {"pk": {"S": "a"}, "sk": {"S": "b"}}
    prod.call("dynamodb", "put_item", TableName=table, Item=key)
    monkeypatch.setattr(LocalAws, "stop", lambda local: "")  # the other tests are not done with it
    destroy.destroy(ROOT, prod, force=True, tell=told.append)
    assert stack_of(prod).status() == ""
    assert sum("stays; inv deploy -e prod takes it over" in line for line in told) == 2
    assert deploy(ROOT, Order(prod), told.append).verdict.failed == ""
    assert sum(line.startswith("  < AWS::DynamoDB::Table") for line in told) == 2
    assert prod.call("dynamodb", "get_item", TableName=table, Key=key)["Item"] == key
