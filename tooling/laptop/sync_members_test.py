"""`inv sync --by-role` and `--dry-run`, over a faked AWS."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from services.cloud.aws import Aws
from services.local_data_service import LocalDataService
from services.models.kit.scope import Account
from settings import Settings
from tooling.laptop.sync import sync

SHOP, BLOG = Account("111122223333", "shop"), Account("444455556666", "blog")
KEYS = "aws_access_key_id = testing\naws_secret_access_key = testing\n"
BOTH = "111122223333=shop,444455556666=blog"


@pytest.fixture(autouse=True)
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A base account with two profiles; regions are kept few."""
    (tmp_path / "config").write_text(f"[profile base]\n{KEYS}[profile other]\n{KEYS}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setattr(Aws, "regions", lambda self: ("eu-west-1", "us-east-1"))
    with mock_aws():
        yield


def run(folder: Path, accounts: str, profiles: str = "", **options: Any) -> tuple[int, str]:
    out = io.StringIO()
    settings = Settings(accounts=accounts, env="test", external_id="a-shared-word")
    code = sync("volumes", profiles, "", folder, settings=settings, by_role=True, out=out, **options)
    return code, out.getvalue()


def test_each_account_is_collected_through_its_role(tmp_path: Path) -> None:
    arn = f"arn:aws:iam::{BLOG.id}:role/x"
    found = boto3.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
    key, secret, token = (found[name] for name in names)
    ec2 = boto3.client(
        "ec2", "eu-west-1", aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token
    )
    volume = ec2.create_volume(AvailabilityZone="eu-west-1a", Size=1)["VolumeId"]
    code, said = run(tmp_path / "data", BOTH, "base")
    assert code == 0, said
    store = LocalDataService(tmp_path / "data" / "local_data.json")
    assert store.accounts() == (SHOP, BLOG)
    held = {head.scope.account: head.count for head in store.heads() if head.scope.region == "eu-west-1"}
    assert held == {SHOP.id: 0, BLOG.id: 1}
    (document,) = (found for head in store.heads() for found in store.resources(head.scope))
    assert document["id"] == volume


def test_names_that_stand_twice_in_an_organisation_are_told_apart(tmp_path: Path) -> None:
    code, said = run(tmp_path / "data", f"{SHOP.id}=shop,{BLOG.id}=shop")
    assert code == 0, said
    store = LocalDataService(tmp_path / "data" / "local_data.json")
    assert {account.name for account in store.accounts()} == {
        "shop (111122223333)", "shop (444455556666)",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("accounts", "profiles", "said"),
    [
        ("", "", "ACCOUNTS is not set. Way out: set ACCOUNTS to"),
        ("shop", "", "ACCOUNTS has 'shop', which does not begin with 12 digits"),
        (BOTH, "base,other", "2 profiles can't assume one role. Way out: name one with -p, or none"),
        (BOTH, "ghost", "unknown profile 'ghost'"),
    ],
)
def test_what_cannot_be_reached_is_told(tmp_path: Path, accounts: str, profiles: str, said: str) -> None:
    code, line = run(tmp_path / "data", accounts, profiles)
    assert (code, said in line) == (1, True), line
    assert not (tmp_path / "data").exists()


def test_dry_run_prints_the_plan_and_writes_nothing(tmp_path: Path) -> None:
    code, said = run(tmp_path / "data", BOTH, dry_run=True)
    assert code == 0
    assert "Plan: 2 accounts x 2 regions x 1 type = 4 scopes\n" in said
    assert "  ec2:DescribeVolumes\n" in said
    assert not (tmp_path / "data").exists()
