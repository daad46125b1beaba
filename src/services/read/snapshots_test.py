"""Snapshots on a faked AWS: what one function builds, a cold console loads; a damaged one does no harm."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from errors import CollectError
from services.cloud.aws import Aws, AwsSource
from services.cloud.bucket import Bucket
from services.conformance_test import BUCKETS, SCOPES, VOLUMES, attempt, make_table, moto_client
from services.dynamo_data_service import DynamoDataService
from services.models.kit.scope import GLOBAL, Account
from services.read.snapshot_build import everything, publish
from services.read.snapshots import SCHEMA, Pointer, Snapshots
from services.read.table_read_model import TableReadModel, layout_of
from services.read.table_read_model_test import Counted, ids
from services.store.dynamo_table import Table

NAME = "polo-data"
PREFIX = f"everything/{layout_of('polo')}/"
CURRENT = f"{PREFIX}current.json"


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    with mock_aws():
        make_table(moto_client(), "polo")
        s3().create_bucket(Bucket=NAME)
        yield


def s3() -> Any:
    return boto3.client("s3", "us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing")


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> AwsSource:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    return Aws(who="the function").source(GLOBAL)


@pytest.fixture
def snapshots(source: AwsSource) -> Snapshots:
    return Snapshots(Bucket(NAME, source), "everything", layout_of("polo"))


@pytest.fixture
def service() -> DynamoDataService:
    service = DynamoDataService(Table("polo", moto_client()))
    for scope in SCOPES:
        service.replace_scope(attempt(1, "ab", scope, cost="1.50"))
    service.name_accounts([Account("111111111111", "prod")])
    return service


@pytest.fixture
def build(service: DynamoDataService, snapshots: Snapshots, tmp_path: Path) -> Callable[..., Pointer | None]:
    """What the builder's function does, so many hours from now."""
    folder = tmp_path / "builder"
    folder.mkdir()
    return lambda hours=0: publish(
        everything(service, snapshots), folder, datetime.now(UTC) + timedelta(hours=hours)
    )


class Cold:
    """A console that has just started."""

    def __init__(self, snapshots: Snapshots, folder: Path) -> None:
        self.client = Counted(moto_client())
        self.log: list[str] = []
        service = DynamoDataService(Table("polo", self.client))
        self.model = TableReadModel(service, folder, lambda: 0.0, snapshots, self.log.append)

    @property
    def scopes_read(self) -> int:
        return self.client.calls.count("get_item")


@pytest.fixture
def cold(snapshots: Snapshots, tmp_path: Path) -> Cold:
    return Cold(snapshots, tmp_path / "cold")


def keys() -> set[str]:
    return {each["Key"] for each in s3().list_objects_v2(Bucket=NAME).get("Contents", ())}


def put(key: str, body: bytes) -> None:
    s3().put_object(Bucket=NAME, Key=key, Body=body)


def body(key: str) -> bytes:
    return bytes(s3().get_object(Bucket=NAME, Key=key)["Body"].read())


def test_a_cold_console_reads_no_scope_that_the_snapshot_has(
    build: Callable[..., Pointer], cold: Cold
) -> None:
    build()
    everything = cold.model.current()
    assert (ids(everything), everything.totals().cost) == (["a", "a", "a", "b", "b", "b"], 900)
    assert everything.accounts() == {"111111111111": "prod"}
    assert cold.scopes_read == 0
    assert cold.log == ["Loaded the snapshot of Everything"]


def test_newer_scopes_alone_are_applied(
    build: Callable[..., Pointer], cold: Cold, service: DynamoDataService
) -> None:
    build()
    service.replace_scope(attempt(2, "bc", VOLUMES))
    assert ids(cold.model.current()) == ["a", "a", "b", "b", "b", "c"]
    assert cold.scopes_read == 1


@pytest.mark.usefixtures("service")
def test_without_a_snapshot_the_console_builds_by_itself(cold: Cold) -> None:
    assert len(ids(cold.model.current())) == 6
    assert cold.scopes_read == 3
    assert cold.log == ["Building Everything here: there is none yet"]


DAMAGE = {
    "missing bucket": (lambda pointer: remove_bucket(), "NoSuchBucket"),
    "missing file": (lambda pointer: s3().delete_object(Bucket=NAME, Key=pointer.file), "NoSuchKey"),
    "empty file": (lambda pointer: put(pointer.file, b""), "not what was written"),
    "no gzip": (lambda pointer: put(pointer.file, b"<html>" * 99), "damaged"),
    "half a file": (lambda pointer: put(pointer.file, body(pointer.file)[:-500]), "not what was written"),
    "more than the file": (
        lambda pointer: put(pointer.file, body(pointer.file) + b"x"),
        "not what was written",
    ),
    "pointer that is no JSON": (lambda pointer: put(CURRENT, b"\xff{"), "there is none yet"),
    "pointer that is a list": (lambda pointer: put(CURRENT, b"[]"), "there is none yet"),
    "pointer without a checksum": (lambda pointer: put(CURRENT, b'{"file": "x", "schema": 1}'), "none yet"),
    "pointer of a later schema": (
        lambda pointer: put(CURRENT, json.dumps({**vars(pointer), "schema": SCHEMA + 2}).encode()),
        "none yet",
    ),
    "another layout": (lambda pointer: move("everything/other/current.json"), "there is none yet"),
}


def remove_bucket() -> None:
    for key in keys():
        s3().delete_object(Bucket=NAME, Key=key)
    s3().delete_bucket(Bucket=NAME)


def move(key: str) -> None:
    put(key, body(CURRENT))
    s3().delete_object(Bucket=NAME, Key=CURRENT)


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_wrong_with_a_snapshot_is_logged_and_built_instead(
    damage: str, build: Callable[..., Pointer], cold: Cold, tmp_path: Path
) -> None:
    do, reason = DAMAGE[damage]
    do(build())
    assert len(ids(cold.model.current())) == 6
    assert cold.scopes_read == 3
    assert len(cold.log) == 1
    assert reason in cold.log[0]
    assert [path.suffix for path in (tmp_path / "cold").iterdir()].count(".sqlite") == 1
    assert not list((tmp_path / "cold").glob(".*"))


def test_a_download_that_breaks_off_leaves_no_file(
    build: Callable[..., Pointer], cold: Cold, monkeypatch: pytest.MonkeyPatch
) -> None:
    pointer = build()
    whole = Bucket.chunks

    def broken(self: Bucket, key: str) -> Iterator[bytes]:
        for piece in whole(self, key):
            yield piece[:100] if key == pointer.file else piece
            if key == pointer.file:
                raise CollectError("the connection was closed")

    monkeypatch.setattr(Bucket, "chunks", broken)
    assert len(ids(cold.model.current())) == 6
    assert cold.log == ["Building Everything here: the connection was closed"]


def test_a_pointer_of_the_next_release_and_of_the_last_one_are_read(
    build: Callable[..., Pointer], cold: Cold
) -> None:
    pointer = build()
    known = {"file": pointer.file, "checksum": pointer.checksum, "schema": SCHEMA + 1}
    put(CURRENT, json.dumps(known | {"made_by": "a later release"}).encode())
    cold.model.current()
    assert cold.scopes_read == 0


def test_a_table_in_which_nothing_has_changed_is_not_built_again(
    build: Callable[..., Pointer | None], service: DynamoDataService
) -> None:
    first = build()
    assert first is not None
    assert build() is None
    service.replace_scope(attempt(2, "c", BUCKETS))
    second = build()
    assert second is not None
    assert second.previous == first.file
    s3().delete_object(Bucket=NAME, Key=second.file)
    assert build() is not None, "a file that was lost is written again"


def test_older_files_go_but_for_the_previous_one(
    build: Callable[..., Pointer], service: DynamoDataService
) -> None:
    put("everything/older-layout/current.json", b"{}")
    put("reports/other.json", b"{}")
    made = []
    for generation in range(2, 6):
        service.replace_scope(attempt(generation, "abcdef"[:generation], VOLUMES))
        made.append(build())
    assert keys() >= {pointer.file for pointer in made}, "their writers may be about to point to them"
    service.replace_scope(attempt(9, "z", VOLUMES))
    last = build(hours=2)
    assert keys() == {last.file, made[-1].file, CURRENT, "reports/other.json"}


def test_a_builder_that_meets_another_leaves_a_whole_snapshot(
    build: Callable[..., Pointer], cold: Cold, service: DynamoDataService, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, met = Bucket.write, []

    def meeting(self: Bucket, key: str, body: Any) -> None:
        if not met and key.endswith(".gz"):
            met.append(key)
            service.replace_scope(attempt(2, "abc", VOLUMES))
            build()
        write(self, key, body)

    monkeypatch.setattr(Bucket, "write", meeting)
    build()
    assert len(ids(cold.model.current())) == 7
    assert cold.scopes_read == 1, "the slower one had not seen the last change"
    assert build() is not None


class Pages:
    """A source of S3's answers: a bucket that is listed in two pages."""

    def __init__(self) -> None:
        self.deleted: list[list[str]] = []

    def call(self, service: str, operation: str, **asked: Any) -> Any:
        if operation == "delete_objects":
            self.deleted.append([each["Key"] for each in asked["Delete"]["Objects"]])
            return {}
        first = "ContinuationToken" not in asked
        names = range(1000) if first else range(1000, 1005)
        content = [{"Key": f"{asked['Prefix']}{n}", "LastModified": datetime.now(UTC)} for n in names]
        return {"Contents": content} | ({"NextContinuationToken": "more"} if first else {})


def test_a_bucket_of_many_objects_is_listed_and_emptied_whole() -> None:
    source = Pages()
    bucket = Bucket(NAME, source)  # type: ignore[arg-type]
    found = bucket.objects("many/")
    assert len(found) == 1005
    bucket.delete(found)
    assert [len(batch) for batch in source.deleted] == [1000, 5]


def test_of_builders_that_many_pages_ask_for_one_builds(
    build: Callable[..., Pointer | None], snapshots: Snapshots, service: DynamoDataService
) -> None:
    now = datetime.now(UTC)
    ticks = sorted((account, tick.value, tick.name) for account, tick in service.clock().items())
    clock = hashlib.sha256(repr(ticks).encode()).hexdigest()
    with snapshots.alone(clock, now) as first:
        assert first
        assert build() is None, "another is at it"
        assert build(1) is not None, "which has died an hour ago"
    assert f"{PREFIX}building.json" not in keys()
