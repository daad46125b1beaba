from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import boto3
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from freezegun.api import FrozenDateTimeFactory
from moto import mock_aws

import lambda_costs
import lambda_snapshot
from services.conformance_test import make_table
from services.costs.core import COST_ROLE
from services.costs.dynamo_store import DynamoCostStore
from services.models.domain.costs import Spent
from services.store.dynamo_table import Table
from settings import Settings
from tests.cost_explorer import Explorer, served
from tooling.blocks import grants
from wiring.backend import backend_of
from wiring.table import TableBackend


def context() -> LambdaContext:
    made = LambdaContext()
    made._function_name, made._memory_limit_in_mb = "costs", 512
    made._invoked_function_arn, made._aws_request_id = "arn:aws:lambda:eu-west-1:1:function:costs", "r-1"
    return made


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "DATA_BUCKET_NAME"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("ENV", "dev")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


def test_a_scheduled_event_asks_within_the_budget_and_keeps_the_days_in_the_table(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    explorer = Explorer(lambda _: {("1", "EC2", "eu-west-1", "web"): Decimal("2.5")})
    with served(explorer) as url, mock_aws():
        monkeypatch.setenv("AWS_ENDPOINT_URL_COST_EXPLORER", url)
        monkeypatch.setenv("DYNAMODB_REPORT_TABLE_NAME", "reports")
        monkeypatch.setenv("CE_MAX_REQUESTS_PER_DAY", "4")
        monkeypatch.setattr("services.cloud.aws._limiter.before", lambda *_: 0.0)
        client = boto3.client("dynamodb")
        make_table(client, "reports")
        answer = lambda_costs.lambda_handler({"source": "aws.events"}, context())
        store = DynamoCostStore(Table("reports", client))
        yesterday = str((datetime.now(UTC) - timedelta(days=1)).date())
        kept = store.costs(yesterday)
    assert (answer["periods"], answer["requests"]) == (14, 4)
    assert "are spent" in answer["stopped"]
    assert kept is not None
    assert kept.total == Decimal("2.5")
    assert "collected" in caplog.messages


@pytest.mark.parametrize(
    ("moment", "first", "last"),
    [
        ("2027-01-01T00:00:00Z", "2026-12-18", "2026-12-31"),
        ("2028-03-01T23:59:59Z", "2028-02-16", "2028-02-29"),
        ("2028-02-29T04:15:00Z", "2028-02-15", "2028-02-28"),
        ("2027-03-28T01:30:00Z", "2027-03-14", "2027-03-27"),  # an hour that Europe's clocks skip
        ("2027-10-31T01:30:00Z", "2027-10-17", "2027-10-30"),  # and one that they have twice
    ],
)
def test_a_night_asks_for_fourteen_days_of_utc_and_counts_on_the_day_that_it_is(
    monkeypatch: pytest.MonkeyPatch, freezer: FrozenDateTimeFactory, moment: str, first: str, last: str
) -> None:
    explorer = Explorer(lambda _: {("1", "EC2", "eu-west-1", "web"): Decimal("2.5")})
    freezer.move_to(moment)
    with served(explorer) as url, mock_aws():
        monkeypatch.setenv("AWS_ENDPOINT_URL_COST_EXPLORER", url)
        monkeypatch.setenv("CE_MAX_REQUESTS_PER_DAY", "4")
        monkeypatch.setattr("services.cloud.aws._limiter.before", lambda *_: 0.0)
        make_table(boto3.client("dynamodb"), "dev-ReportTable")
        lambda_costs.lambda_handler({"source": "aws.events"}, context())
        store = DynamoCostStore(Table("dev-ReportTable"))
        kept, spent = sorted(store.kept()), store.spent(moment[:10])
    assert (kept[0], kept[-1], len(kept)) == (first, last, 14)
    assert spent == Spent(4, 4)


def test_an_account_that_has_not_opted_in_to_costs_of_resources_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    explorer = Explorer(lambda _: {("1", "AWS Lambda", "eu-west-1", "web"): Decimal("2.5")})
    with served(explorer) as url, mock_aws():
        monkeypatch.setenv("AWS_ENDPOINT_URL_COST_EXPLORER", url)
        monkeypatch.setenv("CE_RESOURCE_SERVICES", "1")
        monkeypatch.setattr("services.cloud.aws._limiter.before", lambda *_: 0.0)
        make_table(boto3.client("dynamodb"), "dev-ReportTable")
        answer = lambda_costs.lambda_handler({"source": "aws.events"}, context())
    assert (answer["periods"] > 14, answer["stopped"]) == (True, "")
    assert any("resources have list prices" in message for message in caplog.messages)


def test_the_console_loads_what_is_added_up_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    explorer = Explorer(lambda _: {("1", "EC2", "eu-west-1", "web"): Decimal("2.5")})
    with served(explorer) as url, mock_aws():
        monkeypatch.setenv("AWS_ENDPOINT_URL_COST_EXPLORER", url)
        monkeypatch.setenv("DATA_BUCKET_NAME", "data")
        monkeypatch.setenv("USE_LOCAL_DATA", "")
        monkeypatch.setenv("CACHE_PATH", str(tmp_path))
        monkeypatch.setattr("services.cloud.aws._limiter.before", lambda *_: 0.0)
        place = {"LocationConstraint": "eu-west-1"}
        boto3.client("s3").create_bucket(Bucket="data", CreateBucketConfiguration=place)
        make_table(boto3.client("dynamodb"), "dev-ReportTable")
        lambda_costs.lambda_handler({"source": "aws.events"}, context())
        lambda_snapshot.lambda_handler({"model": "costs"}, context())
        monkeypatch.setattr("services.costs.source.QUICK", 0)
        monkeypatch.setattr("services.costs.writer.fill", lambda *_: pytest.fail("added up here"))
        found = backend_of(Settings.from_environment()).costs().at_hand()
        assert found is not None
        assert found.headline() is not None


@pytest.mark.parametrize(
    ("settings", "arn"),
    [
        (Settings(core_account_id="999900001111"), "arn:aws:iam::999900001111:role/PoloCostReader"),
        (Settings(core_role_arn="arn:aws:iam::9:role/x"), "arn:aws:iam::9:role/x"),
        (Settings(), None),
    ],
)
def test_the_account_that_pays_is_asked_through_its_role(settings: Settings, arn: str | None) -> None:
    class Base:
        role = None

        def home(self) -> str:
            return "eu-west-1"

        def assumed(self, account: object, role: object) -> Base:
            self.role = role
            return self

        def source(self, region: str) -> Base:
            return self

    base = Base()
    TableBackend(settings).paying_account(base)  # type: ignore[arg-type]
    assert getattr(base.role, "arn", None) == arn


def test_the_role_is_the_one_that_the_stack_makes() -> None:
    assert COST_ROLE == grants.COST_ROLE
