"""The policy that `inv policy` prints, on a local AWS that enforces IAM."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from services.collect.iam_policy import policy
from services.models import RESOURCE_TYPES
from settings import Settings
from tooling.laptop.sync import sync
from tooling.local.accounts import NOT_HERE
from tooling.local.aws import LocalAws

pytestmark = pytest.mark.integration
REGION = "eu-west-1"
HERE = [name for name, kind in RESOURCE_TYPES.items() if kind.scope != "marqo" and name not in NOT_HERE]


class Reader:
    """A user of the account whose policy is the test's to change."""

    def __init__(self, aws: LocalAws, folder: Path) -> None:
        self.url = aws.url
        self.data = folder / "data"
        self.iam = self.client("iam")
        self.iam.create_user(UserName="polo")
        key = self.iam.create_access_key(UserName="polo")["AccessKey"]
        (folder / "config").write_text(
            f"[profile prod]\nregion = {REGION}\nendpoint_url = {aws.url}\n"
            f"aws_access_key_id = {key['AccessKeyId']}\naws_secret_access_key = {key['SecretAccessKey']}\n"
        )

    def client(self, service: str) -> Any:
        """A client of the account's root, who may do everything."""
        return boto3.client(
            service,
            REGION,
            endpoint_url=self.url,
            aws_access_key_id="111111111111",
            aws_secret_access_key="test",
        )

    def allow(self, document: dict[str, Any]) -> None:
        self.iam.put_user_policy(UserName="polo", PolicyName="polo", PolicyDocument=json.dumps(document))

    def sync(self, types: str = ",".join(HERE)) -> tuple[int, str]:
        out = io.StringIO()
        return sync(types, "", REGION, data_dir=self.data, settings=Settings(), out=out), out.getvalue()


@pytest.fixture
def reader(strict_aws: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    strict_aws.reset()
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")  # else it, and no profile, says who asks
    found = Reader(strict_aws, tmp_path)
    found.client("logs").create_log_group(logGroupName="/polo/test")
    found.client("s3").create_bucket(
        Bucket="polo-test", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    return found


def test_policy_suffices_for_every_type(reader: Reader) -> None:
    reader.allow(policy(RESOURCE_TYPES.values()))
    code, said = reader.sync()
    assert code == 0, said


def test_missing_action_is_one_line_that_names_it(reader: Reader) -> None:
    document = policy(RESOURCE_TYPES.values())
    document["Statement"][0]["Action"].remove("ec2:DescribeVolumes")
    reader.allow(document)
    code, said = reader.sync()
    assert code == 1
    (line,) = (line for line in said.splitlines() if "may not call" in line)
    assert line.startswith(f"  prod volumes {REGION}: UnauthorizedOperation: profile 'prod' may not call ")
    why = "ec2:DescribeVolumes: no identity-based policy allows it"
    assert line.endswith(f"{why}. Way out: allow ec2:DescribeVolumes in its policy")


def test_denied_question_about_a_bucket_is_unknown(reader: Reader) -> None:
    document = policy(RESOURCE_TYPES.values())
    document["Statement"][0]["Action"].remove("s3:GetBucketVersioning")
    reader.allow(document)
    code, said = reader.sync("buckets")
    assert code == 0, said
    (found,) = json.loads((reader.data / "buckets.json").read_text())["items"]
    assert (found["versioning"], found["public"]) == (None, False)


def test_profile_that_may_nothing_is_one_line(reader: Reader) -> None:
    code, said = reader.sync("volumes")
    assert code == 1
    (line,) = (line for line in said.splitlines() if line.startswith("  prod volumes"))
    assert "may not call" in said
