"""`inv deploy -e local`: the whole system on a local AWS, from an empty one to the page, and back."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import boto3
import jmespath
import pytest

from services.models.scope import Account
from settings import ROOT
from tests.integration.conftest import free_port
from tooling import destroy, local_accounts
from tooling.deploy import Order, deploy, stack_of
from tooling.environments import environment
from tooling.local_accounts import HOME, MEMBERS, REGION
from tooling.local_aws import LocalAws
from tooling.target import Target, target

pytestmark = pytest.mark.integration
# what has a name, and where its names stand
LISTS = {
    "dynamodb": ("list_tables", "TableNames"),
    "lambda": ("list_functions", "Functions[].FunctionName"),
    "sqs": ("list_queues", "QueueUrls"),
    "sns": ("list_topics", "Topics[].TopicArn"),
    "logs": ("describe_log_groups", "logGroups[].logGroupName"),
    "cloudwatch": ("describe_alarms", "MetricAlarms[].AlarmName"),
    "apigateway": ("get_rest_apis", "items[].name"),
    "events": ("list_rules", "Rules[].Name"),
    "s3": ("list_buckets", "Buckets[].Name"),
    "iam": ("list_roles", "Roles[].RoleName"),
}


@dataclass(frozen=True)
class Console:
    """The deployed console, and what its deployment said."""

    url: str
    port: int
    said: str

    def get(self, path: str) -> http.client.HTTPResponse:
        """The host of a local API is loopback, whatever this machine's resolver says."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers={"Host": urlsplit(self.url).netloc})
        return connection.getresponse()

    def page(self, path: str) -> str:
        answer = self.get(f"{urlsplit(self.url).path}{path}")
        assert answer.status == 200, (path, answer.status)
        return answer.read().decode()


def inv(port: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    aws = ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    environment = {name: value for name, value in os.environ.items() if name not in aws}
    return subprocess.run(
        [sys.executable, "-m", "invoke", *arguments],
        cwd=ROOT,
        env=environment | {"LOCAL_AWS_PORT": str(port)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def console() -> Iterator[Console]:
    port = free_port()
    local = LocalAws(ROOT / ".local" / "ministack", port)
    try:
        done = inv(port, "deploy", "-e", "local")
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        yield Console(done.stdout.split()[-1], port, done.stdout)
    finally:
        if local.runs:
            local.stop()


@pytest.fixture
def here(console: Console, monkeypatch: pytest.MonkeyPatch) -> Target:
    """The local environment, as tasks see it; what `target` sets goes again."""
    monkeypatch.setenv("LOCAL_AWS_PORT", str(console.port))
    for name in local_accounts.variables("", ROOT / ".local" / "ministack"):
        monkeypatch.setenv(name, "")
    return target(ROOT, "local")


def client(console: Console, service: str, account: Account = HOME) -> Any:
    keys = {"aws_access_key_id": account.id, "aws_secret_access_key": "x"}
    return boto3.client(service, REGION, endpoint_url=f"http://127.0.0.1:{console.port}", **keys)


def named(console: Console) -> dict[str, set[str]]:
    """All that has a name in the account that Polo is deployed in, but for what the bootstrap made.

    Nor prod's, which another test has left behind on purpose, nor the releases: they are all environments',
    and go with the local AWS.
    """
    found = {}
    for service, (operation, names) in LISTS.items():
        answer = getattr(client(console, service), operation)()
        found[service] = {
            name
            for name in jmespath.search(names, answer) or ()
            if not re.search("cdk-|prod-|polo-releases-", name)
        }
    return {service: names for service, names in found.items() if names}


def test_the_page_shows_what_the_deployed_collection_found(console: Console) -> None:
    summary = json.loads(console.page("api/summary"))
    assert summary["count"] > 300
    assert set(summary["by_account"]) == {member.id for member in MEMBERS}
    page = console.page("resources/instances")
    assert "checkout" in page and "indexer" in page


def test_it_was_collected_through_the_queue(console: Console) -> None:
    said = inv(console.port, "logs", "sync", "-e", "local").stdout
    jobs = set(re.findall(r'"account":"(\d+)","group":"(\w+)"', said))
    assert {account for account, _ in jobs} == {member.id for member in MEMBERS}
    assert len(jobs) >= 12
    assert "job failed" not in said


def test_files_are_served_under_the_names_that_the_page_gives(console: Console) -> None:
    (path,) = re.findall(r'href="(/local/static/dist/main\.\w+\.css)"', console.page(""))
    answer = console.get(path)
    assert (answer.status, answer.headers["Cache-Control"][:6]) == (200, "public")
    assert "immutable" in answer.headers["Cache-Control"]


def test_cloud_cop_has_judged_it(console: Console) -> None:
    assert "EBS-GP2" in console.page("cop")


def test_the_smoke_test_says_what_runs(console: Console) -> None:
    assert re.search(r"smoke test: release [0-9a-f]{12}, table ok", console.said)


def test_a_second_deployment_has_nothing_to_do(console: Console) -> None:
    done = inv(console.port, "deploy", "-e", "local", "--dry-run")
    assert done.stdout.splitlines()[-1] == "0 changes to local-PoloStack; nothing was changed"


def test_events_and_outputs_tell_of_the_stack(console: Console) -> None:
    assert inv(console.port, "events", "-e", "local").stdout.endswith("local-PoloStack is CREATE_COMPLETE\n")
    assert f"Url = {console.url}" in inv(console.port, "outputs", "-e", "local").stdout


def test_a_prod_that_was_destroyed_keeps_its_tables_and_the_next_one_takes_them_over(
    console: Console, here: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOWED_CIDRS", "127.0.0.0/8")
    prod, told = replace(here, environment=environment("prod")), list[str]()
    assert deploy(ROOT, Order(prod), str).verdict.failed == ""
    table, key = "prod-ResourceTable", {"pk": {"S": "a"}, "sk": {"S": "b"}}
    client(console, "dynamodb").put_item(TableName=table, Item=key)
    monkeypatch.setattr(LocalAws, "stop", lambda local: "")  # the other tests are not done with it
    destroy.destroy(ROOT, prod, force=True, tell=told.append)
    assert stack_of(prod).status() == ""
    assert sum("stays; inv deploy -e prod takes it over" in line for line in told) == 2
    assert deploy(ROOT, Order(prod), told.append).verdict.failed == ""
    assert sum(line.startswith("  < AWS::DynamoDB::Table") for line in told) == 2
    assert client(console, "dynamodb").get_item(TableName=table, Key=key)["Item"] == key


def test_destroying_leaves_nothing(console: Console, here: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last test of the module: whoever runs it alone pays for a deployment of its own."""
    assert {"dynamodb", "lambda", "sqs", "sns", "logs", "apigateway", "s3", "iam"} <= named(console).keys()
    left: list[dict[str, set[str]]] = []
    stop = LocalAws.stop

    def look_then_stop(local: LocalAws) -> str:
        left.append(named(console))
        return stop(local)

    monkeypatch.setattr(LocalAws, "stop", look_then_stop)
    destroy.destroy(ROOT, here, force=True, tell=str)
    assert left == [{}]
    assert not LocalAws.of(ROOT).runs
