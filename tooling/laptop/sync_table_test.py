from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from errors import SettingsError
from services.daily_store import Fetched
from services.data_service import Collected
from services.local_data_service import LocalDataService
from services.models.domain.daily import DAY
from services.models.kit.base import Document
from services.models.kit.change import Change
from services.models.kit.scope import GLOBAL, Account, Scope
from services.models.kit.values import iso
from settings import Settings
from tests.memory import MemoryDataService
from tooling.laptop.sync_table import deployed, from_table, pull

HERE, THERE = Scope("111122223333", "eu-west-1", "volumes"), Scope("444455556666", "eu-west-1", "volumes")


def volume(id: str, scope: Scope) -> Document:
    place = {"type": scope.type, "account": scope.account, "region": scope.region}
    return place | {"id": id, "arn": f"arn:{id}", "name": id, "tags": {}, "raw": {}, "cost": None}


def store(data: MemoryDataService | LocalDataService, scope: Scope, generation: int, *ids: str) -> None:
    data.replace_scope(Collected(scope, generation, tuple(volume(id, scope) for id in ids)))


@pytest.fixture
def table() -> MemoryDataService:
    data = MemoryDataService()
    data.name_accounts([Account(HERE.account, "shop")])
    store(data, HERE, 100, "vol-a", "vol-b")
    store(data, THERE, 100)
    return data


@pytest.fixture
def local(tmp_path: Path) -> LocalDataService:
    return LocalDataService(tmp_path / "local_data.json")


def ids(data: LocalDataService, scope: Scope) -> list[str]:
    return [document["id"] for document in data.resources(scope)]


def test_what_the_table_has_is_in_the_file(
    table: MemoryDataService, local: LocalDataService, tmp_path: Path
) -> None:
    out = io.StringIO()
    assert pull(table, tmp_path, out=out) == 0
    assert out.getvalue().startswith("Pulled 2 resources in 2 scopes in ")
    assert ids(local, HERE) == ["vol-a", "vol-b"]
    assert local.heads() == table.heads()
    assert local.accounts() == (Account(HERE.account, "shop"),)


def test_history_comes_along_into_the_scopes_that_are_there(
    table: MemoryDataService, local: LocalDataService, tmp_path: Path
) -> None:
    everywhere = Scope(HERE.account, GLOBAL, "buckets")
    store(table, everywhere, 100)
    now = datetime.now(UTC)
    at = iso(now) or ""
    table.history = [
        Change("vanished", "volumes", HERE.account, HERE.region, "vol-z", "z", at),
        Change("appeared", "buckets", HERE.account, "eu-north-1", "logs", "logs", at),
        Change("vanished", "volumes", "999999999999", HERE.region, "vol-x", "of an account that is gone", at),
    ]
    pull(table, tmp_path, out=io.StringIO())
    found = local.changes(now - timedelta(days=1), now + timedelta(days=1))
    assert sorted(change.id for change in found) == ["logs", "vol-z"]


def test_failures_come_along(table: MemoryDataService, local: LocalDataService, tmp_path: Path) -> None:
    table.replace_scope(Collected(HERE, 200, None, "AccessDenied"))
    pull(table, tmp_path, out=io.StringIO())
    assert [head.error for head in local.heads()] == ["AccessDenied", ""]
    assert ids(local, HERE) == ["vol-a", "vol-b"]


def test_newer_scopes_of_the_file_stay(
    table: MemoryDataService, local: LocalDataService, tmp_path: Path
) -> None:
    store(local, HERE, 300, "vol-newer")
    store(local, Scope("777788889999", "eu-west-1", "volumes"), 1, "vol-local")
    pull(table, tmp_path, out=io.StringIO())
    assert ids(local, HERE) == ["vol-newer"]
    assert len(local.heads()) == 3


def test_steep_fall_is_taken_over_for_the_deployment_has_judged_it(
    table: MemoryDataService, local: LocalDataService, tmp_path: Path
) -> None:
    store(local, THERE, 1, *(f"vol-{number}" for number in range(50)))
    pull(table, tmp_path, out=io.StringIO())
    assert ids(local, THERE) == []


def test_empty_table_leaves_the_demo_alone(tmp_path: Path) -> None:
    out = io.StringIO()
    assert pull(MemoryDataService(), tmp_path, out=out) == 1
    assert "empty" in out.getvalue()
    assert list(tmp_path.iterdir()) == []


def test_table_that_is_not_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: MemoryDataService) -> None:
        raise SettingsError("there is no DynamoDB table 'prod-ResourceTable' here", "deploy the stack")

    monkeypatch.setattr(MemoryDataService, "heads", refuse)
    out = io.StringIO()
    assert pull(MemoryDataService(), tmp_path, out=out) == 1
    assert out.getvalue() == (
        "there is no DynamoDB table 'prod-ResourceTable' here. Way out: deploy the stack\n"
    )


def test_table_of_an_environment_is_read_with_a_profile(
    local: LocalDataService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text(
        "[profile ops]\nregion = eu-north-1\naws_access_key_id = a\naws_secret_access_key = b\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    keys = [("pk", "HASH"), ("sk", "RANGE")]
    with mock_aws():
        boto3.client("dynamodb", "eu-north-1").create_table(
            TableName="prod-ResourceTable",
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
            BillingMode="PAY_PER_REQUEST",
        )
        table = deployed("prod", "ops", Settings())
        table.replace_scope(Collected(HERE, 100, (volume("vol-a", HERE),)))
        assert from_table("prod", "ops", tmp_path, settings=Settings(), out=io.StringIO()) == 0
        out = io.StringIO()
        assert from_table("staging", "ops", tmp_path, settings=Settings(), out=out) == 1
    assert ids(local, HERE) == ["vol-a"]
    assert "'staging-ResourceTable'" in out.getvalue()


def test_unknown_profile_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    out = io.StringIO()
    assert from_table("prod", "ghost", tmp_path, settings=Settings(), out=out) == 1
    assert "unknown profile 'ghost'" in out.getvalue()


def test_corrupt_file_is_told_and_left(table: MemoryDataService, tmp_path: Path) -> None:
    (tmp_path / "local_data.json").write_text("{oops")
    out = io.StringIO()
    assert pull(table, tmp_path, out=out) == 1
    assert "local_data.json:1:2" in out.getvalue()
    assert (tmp_path / "local_data.json").read_text() == "{oops"


def test_daily_values_come_along(table: MemoryDataService, local: LocalDataService, tmp_path: Path) -> None:
    day = date(2026, 3, 30)
    table.daily.keep([Fetched(HERE, day, {"vol-a": {"Reads.Sum": {day: 3.0}}})], day + DAY)
    assert pull(table, tmp_path, out=io.StringIO()) == 0
    found = local.daily.one(HERE, "vol-a")
    assert found and found == table.daily.one(HERE, "vol-a")
    assert local.daily.asked(HERE.account) == {HERE: day}
