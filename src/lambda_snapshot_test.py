"""The builder's handler, from its schedule to the bucket, over a faked AWS."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

import lambda_snapshot
from errors import SettingsError
from lambda_sync_test import Context
from services.conformance_test import VOLUMES, attempt, make_table, moto_client
from services.dynamo_data_service import DynamoDataService
from services.releases.assets import asset_paths
from services.store.dynamo_table import Table

EVENT = {"source": "aws.events", "detail-type": "Scheduled Event"}


@pytest.fixture(autouse=True)
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "DYNAMODB_TABLE_NAME": "polo",
        "DYNAMODB_REPORT_TABLE_NAME": "reports",
        "DATA_BUCKET_NAME": "polo-data",
        "POWERTOOLS_METRICS_NAMESPACE": "Polo/test",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        for table in ("polo", "reports"):
            make_table(moto_client(), table)
        boto3.client("s3", "us-east-1").create_bucket(Bucket="polo-data")
        yield


def test_a_schedule_publishes_what_has_changed() -> None:
    DynamoDataService(Table("polo", moto_client())).replace_scope(attempt(1, "ab", VOLUMES))
    first = lambda_snapshot.lambda_handler(EVENT, Context())  # type: ignore[arg-type]
    assert first["everything"].endswith(".gz")
    assert not any(lambda_snapshot.lambda_handler(EVENT, Context()).values())  # type: ignore[arg-type]


def test_the_static_files_of_this_release_are_kept_too() -> None:
    lambda_snapshot.lambda_handler(EVENT, Context())  # type: ignore[arg-type]
    found = boto3.client("s3", "us-east-1").list_objects_v2(Bucket="polo-data", Prefix="assets/")["Contents"]
    assert {each["Key"] for each in found} == {
        path.replace("/static/", "assets/") for path in asset_paths().values()
    }


def test_without_a_bucket_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_BUCKET_NAME", "")
    with pytest.raises(SettingsError, match="DATA_BUCKET_NAME is not set"):
        lambda_snapshot.lambda_handler(EVENT, Context())  # type: ignore[arg-type]
