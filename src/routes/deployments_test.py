"""GET /deployments and its JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from devserver.gateway.gateway import Client
from errors import CollectError
from services.cloud.aws import Aws
from services.cloud.bucket import Bucket
from services.models.domain.release import Deployment, Deployments, Place, Release, Run, StackEvent
from services.models.kit.scope import GLOBAL
from services.releases.releases_test import put_release

NEW, OLD = "20261120T190000Z-c0ffee-2", "20261119T190000Z-facade-1"
EVENT = StackEvent("2026-11-20T19:05:00Z", "Table", "AWS::DynamoDB::Table", "CREATE_FAILED", "<b>limit</b>")
FOUND = Deployments(
    (
        Release(NEW, "2026-11-20T19:00:00Z", "c0ffee", "Add <b>", "2" * 64, ("unit",), 61, 11_000_000),
        Release(OLD, "2026-11-19T19:00:00Z", "facade", "Begin", "1" * 64, ("unit",), 60, 11_000_000),
    ),
    22,
    NEW,
    (
        Place("prod", (Run(OLD, "2026-11-19T20:14:00Z"), Run(NEW, "2026-11-20T19:14:00Z"))),
        Place("staging", (), Deployment(NEW, "", "2026-11-20T19:10:00Z", "the stack failed", (EVENT,))),
        Place("dev", (Run("", "2026-11-20T20:04:00Z"),), Deployment("", "", "2026-11-20T20:04:00Z")),
    ),
)  # fmt: skip


class Fixed:
    def __init__(self, found: Deployments) -> None:
        self.found = found

    def deployments(self) -> Deployments:
        return self.found


@pytest.fixture
def prod(console: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> Client:
    """A deployed console."""
    monkeypatch.setenv("ENV", "prod")
    monkeypatch.setenv("USE_LOCAL_DATA", "false")
    return console(releases=Fixed(FOUND))


def test_the_page_says_what_runs_where_since_when_and_where_a_rollback_leads(prod: Client) -> None:
    page = prod.get("/deployments").text
    assert page.count(f"<code>{NEW}</code>") == 2  # what prod runs, and the release
    assert f"<code>{OLD}</code>" in page  # where a rollback leads
    assert "1 h ago" in page
    assert '<b>prod</b><span class="chip">this one</span>' in page
    assert "a working tree" in page


def test_a_failed_deployment_says_why_and_shows_what_the_stack_said(prod: Client) -> None:
    page = prod.get("/deployments").text
    assert "the stack failed" in page
    assert "CREATE_FAILED" in page
    assert "&lt;b&gt;limit&lt;/b&gt;" in page
    assert "The stack had nothing to change" in page  # of dev


def test_releases_that_are_not_shown_are_counted(prod: Client) -> None:
    page = prod.get("/deployments").text
    assert "22 releases" in page
    assert "20 older ones" in page


def test_json_has_the_same(prod: Client) -> None:
    found = prod.get("/api/deployments").json()
    assert (found["environment"], found["latest"], found["count"]) == ("prod", NEW, 22)
    assert [release["id"] for release in found["releases"]] == [NEW, OLD]
    place = next(each for each in found["environments"] if each["environment"] == "prod")
    assert (place["now"]["release"], place["before"]) == (NEW, OLD)
    assert found["environments"][1]["last"]["events"][0]["status"] == "CREATE_FAILED"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Deployments(), ("Nothing released yet", "inv deploy -e prod --release ID")),
        (replace(FOUND, places=()), ("Nothing is deployed yet", f"--release {NEW}")),
        (replace(FOUND, releases=(), count=0), ("No releases yet", "inv push")),
    ],
)
def test_what_is_missing_is_said_with_the_way_out(
    console: Callable[..., Client], monkeypatch: pytest.MonkeyPatch, found: Deployments, said: tuple[str, ...]
) -> None:
    monkeypatch.setenv("ENV", "prod")
    monkeypatch.setenv("USE_LOCAL_DATA", "false")
    page = console(releases=Fixed(found)).get("/deployments").text
    assert [text for text in said if text not in page] == []


def test_on_a_laptop_the_page_says_where_deployments_are_known(
    console: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USE_LOCAL_DATA", "true")
    page = console().get("/deployments").text
    assert "This console is not deployed" in page
    assert "inv releases" in page


def test_a_bucket_that_can_not_be_read_is_a_problem_with_its_reason(console: Callable[..., Client]) -> None:
    class Closed:
        def deployments(self) -> Deployments:
            raise CollectError("the function may not ListBucket", code="AccessDenied")

    answer = console(releases=Closed()).get("/deployments")
    assert (answer.status, "may not ListBucket" in answer.text) == (502, True)


@pytest.fixture
def in_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("RELEASES_BUCKET_NAME", "polo-releases")
    with mock_aws():
        boto3.client("s3", "us-east-1").create_bucket(Bucket="polo-releases")
        yield Bucket("polo-releases", Aws().source(GLOBAL))


def test_a_console_that_knows_the_bucket_reads_it(in_aws: Bucket, console: Callable[..., Any]) -> None:
    put_release(in_aws, NEW)
    found = console().get("/api/deployments").json()
    assert [release["id"] for release in found["releases"]] == [NEW]
