"""The system as a newcomer deploys it: `inv deploy -e local`, then `inv destroy -e local`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3
import jmespath
import pytest

from services.models.kit.scope import Account
from settings import ROOT
from tests.e2e.utils.system import System
from tests.integration.conftest import free_port, started
from tooling import cdk_environment
from tooling.deploy import destroy
from tooling.local.accounts import HOME, MEMBERS, REGION, REGIONS, variables
from tooling.local.aws import PORT_VARIABLE, LocalAws
from tooling.local.target import target
from tooling.zip import build as zip_build

FOLDER = ROOT / ".local" / "ministack"
# of the developer's own shell, or of the tests of other layers
NO_KEYS = dict.fromkeys(
    ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "USE_LOCAL_DATA"), ""
)
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
    "cloudformation": ("describe_stacks", "Stacks[].StackName"),
}
# the account's own, or all environments': they go with the local AWS. Prod's tables are left by another test
STAYS = re.compile("cdk-|CDKToolkit|prod-|polo-releases-")


def build() -> None:
    """The zip and the CDK; the first worker of a run makes them, and the others wait for it."""
    zip_build.build(ROOT)
    cdk_environment.cli(ROOT)


@contextmanager
def local_system() -> Iterator[System]:
    """Deployed by the task itself, on a local AWS of its own; nothing is left of it afterwards."""
    build()
    with running(LocalAws(FOLDER, free_port())) as local:
        surroundings = {**NO_KEYS, PORT_VARIABLE: str(local.port), **variables(local.url, FOLDER)}
        try:
            with shell(surroundings) as whole:
                done = inv("deploy", "-e", "local")
                assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
                here = target(ROOT, "local")
            url = done.stdout.split()[-1]
            yield System(here, url, MEMBERS, REGIONS, said=done.stdout, variables=whole)
        finally:
            with shell(surroundings):
                _destroy(local)


def _destroy(local: LocalAws) -> None:
    """As `inv destroy` does it, and look at what is left when all but the local AWS has ended."""
    there, left = named(local), list[dict[str, set[str]]]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LocalAws, "stop", lambda _: left.append(named(local)) or "stopped")
        destroy.destroy(ROOT, target(ROOT, "local"), force=True, tell=str)
    assert {"dynamodb", "lambda", "sqs", "sns", "logs", "apigateway", "s3", "iam"} <= there.keys(), there
    assert left == [{}]


running = contextmanager(started)


def named(local: LocalAws) -> dict[str, set[str]]:
    """All that has a name in the account that Polo is deployed in, but for what stays there."""
    found = {}
    for service, (operation, names) in LISTS.items():
        answer = getattr(client(local, service), operation)()
        found[service] = {name for name in jmespath.search(names, answer) or () if not STAYS.search(name)}
    return {service: names for service, names in found.items() if names}


def client(local: LocalAws, service: str, account: Account = HOME) -> Any:
    return boto3.client(
        service,
        REGION,
        endpoint_url=local.url,
        aws_access_key_id=account.id,
        aws_secret_access_key="x",
    )


def inv(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "invoke", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@contextmanager
def shell(values: Mapping[str, str], *, nothing_else: bool = False) -> Iterator[dict[str, str]]:
    """With these variables, and all that there are then; as it was afterwards. An empty one is none."""
    before = dict(os.environ)
    if nothing_else:
        os.environ.clear()
    os.environ.update({name: value for name, value in values.items() if value})
    for name in values.keys() & os.environ.keys():
        if not values[name]:
            del os.environ[name]
    try:
        yield dict(os.environ)
    finally:
        os.environ.clear()
        os.environ.update(before)
