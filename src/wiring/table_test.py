from __future__ import annotations

from datetime import UTC, datetime

import boto3
import pytest
from moto import mock_aws

from errors import SettingsError
from services.conformance_test import make_table
from services.costs.dynamo_store import DynamoCostStore
from services.costs.requests import pages
from services.models.domain.costs import Spent
from services.store.dynamo_table import Table
from settings import Settings
from tests.cost_explorer import Explorer, served
from wiring.table import TableBackend

NOW = datetime(2026, 11, 20, 6, 15, tzinfo=UTC)


def test_deployed_reports_draw_on_the_budget_that_the_costs_of_the_night_have_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with served(Explorer(lambda _: {})) as url, mock_aws():
        monkeypatch.setenv("AWS_ENDPOINT_URL_COST_EXPLORER", url)
        make_table(boto3.client("dynamodb"), "dev-ReportTable")
        store = DynamoCostStore(Table("dev-ReportTable"))
        assert store.spend("2026-11-20", 60)
        payer = TableBackend(Settings()).payer(NOW)
        interval = {"StartDate": "2026-11-01", "EndDate": "2026-11-19"}
        assert list(pages(payer(), "get_anomalies", DateInterval=interval))
        assert store.spent("2026-11-20") == Spent(2, 60)


def test_a_budget_that_is_no_number_is_named() -> None:
    with pytest.raises(SettingsError, match="CE_MAX_REQUESTS_PER_DAY is 'many'"):
        TableBackend(Settings(ce_max_requests_per_day="many")).payer(NOW)
