from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import boto3
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from moto import mock_aws

import lambda_costs
from services.conformance_test import make_table
from services.costs.core import COST_ROLE, core_source
from services.costs.dynamo_store import DynamoCostStore
from services.dynamo_table import Table
from settings import Settings
from tests.cost_explorer import Explorer, served
from tooling import infra_grants


def context() -> LambdaContext:
    made = LambdaContext()
    made._function_name, made._memory_limit_in_mb = "costs", 512
    made._invoked_function_arn, made._aws_request_id = "arn:aws:lambda:eu-west-1:1:function:costs", "r-1"
    return made


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    for name, value in (("AWS_ACCESS_KEY_ID", "testing"), ("AWS_SECRET_ACCESS_KEY", "testing")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


def test_a_scheduled_event_asks_within_the_budget_and_keeps_the_days_in_the_table(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    explorer = Explorer(lambda _: {("1", "EC2", "eu-west-1", "web"): Decimal("2.5")})
    with served(explorer) as url, mock_aws():
        monkeypatch.setenv("AWS_ENDPOINT_URL_COST_EXPLORER", url)
        monkeypatch.setenv("DYNAMODB_REPORT_TABLE_NAME", "reports")
        monkeypatch.setenv("CE_MAX_REQUESTS_PER_DAY", "4")
        monkeypatch.setattr("services.aws._limiter.before", lambda *_: 0.0)
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
    core_source(settings, base)  # type: ignore[arg-type]
    assert getattr(base.role, "arn", None) == arn


def test_the_role_is_the_one_that_the_stack_makes() -> None:
    assert COST_ROLE == infra_grants.COST_ROLE
