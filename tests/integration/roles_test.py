"""The role in a member account, on a local AWS that enforces IAM: its ExternalId, its policy."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

import lambda_sync
from errors import CollectError
from services.collect.iam_policy import policy
from services.models import RESOURCE_TYPES
from services.models.kit.scope import Account
from settings import Settings
from tooling.laptop.sync import sync
from tooling.local.aws import LocalAws
from wiring.table import TableBackend

pytestmark = pytest.mark.integration
REGION = "eu-west-1"
HOME, SHOP = "111111111111", Account("222222222222", "shop")
ROLE = f"arn:aws:iam::{SHOP.id}:role/PoloReader"
WORD = "a-shared-word"
SETTINGS = Settings(
    accounts=f"{SHOP.id}={SHOP.name}", env="test", destination_role_name="PoloReader", external_id=WORD
)
ASSUME = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": ROLE}],
}
REFUSED = f"can't assume {ROLE}: AccessDenied: "
WAY_OUT = "deploy the role there, trusting this account with the same EXTERNAL_ID"
ALLOW = "allow sts:AssumeRole in its policy"


@pytest.fixture(autouse=True)
def home(strict_aws: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A user who may assume the role, which trusts its account; the member account has one volume."""
    strict_aws.reset()
    user, member = root(HOME, "iam", strict_aws.url), root(SHOP.id, "iam", strict_aws.url)
    user.create_user(UserName="polo")
    user.put_user_policy(UserName="polo", PolicyName="polo", PolicyDocument=json.dumps(ASSUME))
    key = user.create_access_key(UserName="polo")["AccessKey"]
    condition = {"StringEquals": {"sts:ExternalId": WORD}}
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{HOME}:root"}, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": [trust | {"Condition": condition}]}
    member.create_role(RoleName="PoloReader", AssumeRolePolicyDocument=json.dumps(document))
    allow(strict_aws.url, policy([RESOURCE_TYPES["volumes"]]))
    root(SHOP.id, "ec2", strict_aws.url).create_volume(AvailabilityZone=f"{REGION}a", Size=8)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", strict_aws.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    lambda_sync.own.cache_clear()
    yield
    lambda_sync.own.cache_clear()


def root(account: str, service: str, url: str) -> Any:
    """A client of the account's root, who may do everything."""
    return boto3.client(
        service, REGION, endpoint_url=url, aws_access_key_id=account, aws_secret_access_key="x"
    )


def allow(url: str, document: dict[str, Any]) -> None:
    root(SHOP.id, "iam", url).put_role_policy(
        RoleName="PoloReader", PolicyName="read", PolicyDocument=json.dumps(document)
    )


def run(folder: Path, settings: Settings) -> tuple[int, str]:
    out = io.StringIO()
    code = sync("volumes", "", REGION, folder, settings=settings, by_role=True, out=out)
    return code, out.getvalue()


def test_right_external_id_leads_into_the_account(tmp_path: Path) -> None:
    code, said = run(tmp_path, SETTINGS)
    assert (code, "Synced 1 resources in 1 scope" in said) == (0, True), said
    (volume,) = json.loads((tmp_path / "volumes.json").read_text())["items"]
    assert (volume["account"], volume["region"]) == (SHOP.id, REGION)


@pytest.mark.parametrize(
    ("changes", "who", "way_out"),
    [
        ({"external_id": "another-word"}, ROLE, WAY_OUT),
        ({"external_id": ""}, ROLE, WAY_OUT),
        # of a role that is not there the local AWS says that no identity-based policy allows it
        ({"destination_role_name": "NoSuchRole"}, ROLE.replace("PoloReader", "NoSuchRole"), ALLOW),
    ],
    ids=["wrong", "missing", "no such role"],
)
def test_closed_role_is_one_line_with_the_account_and_the_way_out(
    tmp_path: Path, changes: dict[str, str], who: str, way_out: str
) -> None:
    code, said = run(tmp_path, replace(SETTINGS, **changes))
    assert code == 1
    first = said.splitlines()[0]
    assert first.startswith(f"{SHOP.name}: can't assume {who}: AccessDenied: ")
    assert first.endswith(way_out)
    assert WORD not in said
    assert not (tmp_path / "volumes.json").exists()


def test_role_that_may_not_read_says_which_role_where(tmp_path: Path, strict_aws: LocalAws) -> None:
    document = policy([RESOURCE_TYPES["volumes"]])
    document["Statement"][0]["Action"].remove("ec2:DescribeVolumes")
    allow(strict_aws.url, document)
    code, said = run(tmp_path, SETTINGS)
    assert code == 1
    assert "role PoloReader in shop may not call ec2:DescribeVolumes" in said


@pytest.mark.parametrize("word", [WORD, "another-word", ""], ids=["right", "wrong", "missing"])
def test_deployed_worker_takes_the_same_way(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = replace(SETTINGS, external_id=word)
    monkeypatch.setattr(Settings, "from_environment", lambda: settings)
    monkeypatch.setattr(lambda_sync, "backend", lambda: TableBackend(settings))
    way = lambda_sync.worker().open_way(SHOP)
    if word == WORD:
        assert (way.account(), REGION in way.regions()) == (SHOP, True)
        return
    with pytest.raises(CollectError) as refused:
        way.account()
    assert refused.value.message.startswith(REFUSED)
    assert refused.value.way_out == WAY_OUT
