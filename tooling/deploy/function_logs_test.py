"""The log of a deployed function."""

from __future__ import annotations

import time
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from errors import PoloError, UnknownName
from services.cloud.aws import Aws
from settings import ROOT
from tooling.deploy.function_logs import logs
from tooling.environments import environment
from tooling.local.target import Target

NOW = time.time()  # what is much younger or older CloudWatch does not take
PROD = Target(environment("prod"), Aws())


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Lines by their age in seconds, in the log of the sync function; what is told."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        client = boto3.client("logs", "eu-west-1")
        group = {"logGroupName": "/aws/lambda/prod-SyncFunction"}
        client.create_log_group(**group)
        client.create_log_stream(**group, logStreamName="s")
        lines = [(700, "too old\n"), (500, "one\n"), (1, "two\n")]
        events = [{"timestamp": int((NOW - age) * 1000), "message": text} for age, text in lines]
        client.put_log_events(**group, logStreamName="s", logEvents=events)
        yield []


@pytest.mark.parametrize("name", ["SyncFunction", "sync"])
def test_the_last_ten_minutes_are_told(written: list[str], name: str) -> None:
    logs(ROOT, PROD, name, follow=False, tell=written.append, now=NOW)
    assert written == ["one", "two"]


def test_following_tells_each_line_once_until_ctrl_c(written: list[str]) -> None:
    looks = []

    def sleep(_: float) -> None:
        looks.append(1)
        if len(looks) == 3:
            raise KeyboardInterrupt

    logs(ROOT, PROD, "sync", follow=True, tell=written.append, now=NOW, sleep=sleep)
    assert written == ["one", "two"]


@pytest.mark.usefixtures("written")
def test_what_is_not_there_is_told_with_what_is() -> None:
    with pytest.raises(UnknownName, match="unknown function 'nothing'. Way out: one of .*PoloFunction"):
        logs(ROOT, PROD, "nothing", follow=False)
    with pytest.raises(PoloError, match="there is no /aws/lambda/prod-CopFunction: .* inv deploy -e prod"):
        logs(ROOT, PROD, "cop", follow=False)
