"""The builder's function and a cold console over a local AWS: a real table, a real bucket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

import lambda_snapshot
from lambda_sync_test import Context
from services.conformance_test import SCOPES, VOLUMES, attempt, make_table
from services.dynamo_data_service import DynamoDataService
from services.models.kit.parallel import spread
from services.read.table_read_model import KIND, TableReadModel
from services.read.table_read_model_test import Counted, ids
from services.store.dynamo_table import Table
from settings import Settings
from tooling.local.aws import LocalAws
from wiring.table import TableBackend

pytestmark = pytest.mark.integration

TABLE, BUCKET = "test-ResourceTable", "test-data"
EVENT = {"model": "everything"}


class Deployed:
    """Table and bucket of an environment, and what its functions do with them."""

    def __init__(self, url: str, folder: Path) -> None:
        self.s3 = boto3.client("s3", "eu-west-1", endpoint_url=url)
        self.dynamodb = boto3.client("dynamodb", "eu-west-1", endpoint_url=url)
        self.folder = folder
        self.log: list[str] = []
        make_table(self.dynamodb, TABLE)
        self.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        self.service = DynamoDataService(Table(TABLE, self.dynamodb))
        for scope in SCOPES:
            self.service.replace_scope(attempt(1, [f"{n:04d}" for n in range(300)], scope))

    def build(self) -> Any:
        return lambda_snapshot.lambda_handler(EVENT, Context())["everything"]  # type: ignore[arg-type]

    def start_cold(self) -> tuple[list[str], int]:
        """What a console shows that has just started, and how many scopes it read from the table."""
        client = Counted(self.dynamodb)
        cache = self.folder / f"cold-{len(self.log)}"
        snapshots = TableBackend(Settings.from_environment()).snapshots(KIND)
        service = DynamoDataService(Table(TABLE, client))
        model = TableReadModel(service, cache, lambda: 0.0, snapshots, self.log.append)
        return ids(model.current()), client.calls.count("get_item")

    def body(self, key: str) -> bytes:
        return bytes(self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())


@pytest.fixture
def deployed(local_aws: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    local_aws.reset()
    monkeypatch.setenv("AWS_ENDPOINT_URL", local_aws.url)
    monkeypatch.setenv("DYNAMODB_TABLE_NAME", TABLE)
    monkeypatch.setenv("DATA_BUCKET_NAME", BUCKET)
    yield Deployed(local_aws.url, tmp_path)


def test_a_cold_console_loads_what_the_function_built_and_reads_what_is_newer(deployed: Deployed) -> None:
    assert deployed.build()
    shown, scopes = deployed.start_cold()
    assert (len(shown), scopes) == (900, 0)
    deployed.service.replace_scope(attempt(2, [f"{n:04d}" for n in range(299)], VOLUMES))
    shown, scopes = deployed.start_cold()
    assert (len(shown), scopes) == (899, 1)
    assert deployed.log == ["Loaded the snapshot of Everything"] * 2


def test_a_damaged_one_of_another_layout_or_none_is_built_by_the_console(deployed: Deployed) -> None:
    assert deployed.start_cold()[1] == 3, "no snapshot yet"
    file = deployed.build()
    whole, current = deployed.body(file), file.rpartition("/")[0] + "/current.json"
    deployed.s3.put_object(Bucket=BUCKET, Key=file, Body=whole[: len(whole) // 2])
    assert deployed.start_cold()[1] == 3, "half a file"
    deployed.s3.put_object(Bucket=BUCKET, Key="everything/another/current.json", Body=deployed.body(current))
    deployed.s3.delete_object(Bucket=BUCKET, Key=current)
    assert deployed.start_cold()[1] == 3, "of another layout"
    for key in [each["Key"] for each in deployed.s3.list_objects_v2(Bucket=BUCKET)["Contents"]]:
        deployed.s3.delete_object(Bucket=BUCKET, Key=key)
    deployed.s3.delete_bucket(Bucket=BUCKET)
    assert deployed.start_cold()[1] == 3, "no bucket"
    assert all(line.startswith("Building Everything here: ") for line in deployed.log)


def test_two_builders_at_once_leave_a_whole_snapshot(deployed: Deployed) -> None:
    assert any(spread(lambda _: deployed.build(), [1, 2], 2))
    assert deployed.start_cold() == (sorted(f"{n:04d}" for n in range(300) for _ in SCOPES), 0)
    assert deployed.build() is None, "nothing has changed since"
