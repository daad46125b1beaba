"""A local AWS with three accounts, for the time of a module."""

from __future__ import annotations

import contextlib
import io
import os
import random
import socket
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest

from errors import PoloError
from settings import ROOT
from tooling.local.aws import LocalAws

IDS = {"prod": "111111111111", "staging": "222222222222", "sandbox": "333333333333"}
REGIONS = ("eu-west-1", "us-east-1")
TEAM = [{"Key": "Team", "Value": "search"}]
# the types of which `Cloud.fill` creates some
FILLED = "instances,volumes,snapshots,addresses,buckets,databases,functions,loadbalancers,loggroups"


@pytest.fixture(scope="module")
def local_aws() -> Iterator[LocalAws]:
    yield from started(LocalAws(ROOT / ".local" / "ministack", free_port()))


@pytest.fixture(scope="module")
def strict_aws() -> Iterator[LocalAws]:
    """One that enforces IAM."""
    yield from started(LocalAws(ROOT / ".local" / "ministack", free_port()), auth=True)


def started(local: LocalAws, *, auth: bool = False) -> Iterator[LocalAws]:
    """It, running. Skipped with one line where ministack can't be installed; in CI that is a failure."""
    try:
        local.start(auth=auth, tests=True)
    except PoloError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no local AWS: {error}")
    try:
        yield local
    finally:
        if local.runs:
            local.stop()


def free_port() -> int:
    """Below the range of outgoing connections: one of them may take a port, or reach itself by it."""
    while True:
        port = random.randint(20_000, 32_000)  # noqa: S311
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass
class Cloud:
    """The accounts behind the profiles of `config`, and the ids of what was created in each, by type."""

    url: str
    config: Path
    created: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    def client(self, profile: str, service: str, region: str) -> Any:
        return _client(self.url, IDS[profile], service, region)

    def write_config(self, **instead: str) -> None:
        """Write the AWS config; `instead` replaces what a profile says."""
        usual = (
            "region = eu-west-1\nendpoint_url = {url}\naws_access_key_id = {id}\naws_secret_access_key = x\n"
        )
        sections = (
            f"[profile {name}]\n" + instead.get(name, usual.format(url=self.url, id=id))
            for name, id in IDS.items()
        )
        self.config.write_text("\n".join(sections))

    def fill(self, profile: str, size: int) -> None:
        """Create about 12 x size resources of all the types in both regions."""
        made: dict[str, set[str]] = defaultdict(set)
        for region in REGIONS:
            self._fill_ec2(profile, region, size, made)
            self._fill_others(profile, region, size, made)
        self.created[profile] = made

    def allocate(self, profile: str, count: int) -> None:
        """Create so many addresses in each region."""
        for region in REGIONS:
            for _ in range(count):
                self.client(profile, "ec2", region).allocate_address(Domain="vpc")

    def _fill_ec2(self, profile: str, region: str, size: int, made: dict[str, set[str]]) -> None:
        ec2 = self.client(profile, "ec2", region)
        tags = [{"ResourceType": "instance", "Tags": TEAM}]
        instances = ec2.run_instances(
            ImageId="ami-1",
            InstanceType="t3.micro",
            MinCount=3 * size,
            MaxCount=3 * size,
            TagSpecifications=tags,
        )["Instances"]
        made["instances"] |= {instance["InstanceId"] for instance in instances}
        for _ in range(size):
            volume = ec2.create_volume(AvailabilityZone=f"{region}a", Size=8)["VolumeId"]
            made["snapshots"].add(ec2.create_snapshot(VolumeId=volume)["SnapshotId"])
            made["addresses"].add(ec2.allocate_address(Domain="vpc")["AllocationId"])
        # the instances brought disks of their own
        made["volumes"] |= {volume["VolumeId"] for volume in ec2.describe_volumes()["Volumes"]}

    def _fill_others(self, profile: str, region: str, size: int, made: dict[str, set[str]]) -> None:
        s3, logs, functions = (self.client(profile, name, region) for name in ("s3", "logs", "lambda"))
        rds, balancers, ec2 = (self.client(profile, name, region) for name in ("rds", "elbv2", "ec2"))
        subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]][:2]
        for number in range(size):
            name = f"{profile}-{region}-{number}"
            place = {} if region == "us-east-1" else {
                "CreateBucketConfiguration": {"LocationConstraint": region}
            }  # fmt: skip
            s3.create_bucket(Bucket=name, **place)
            logs.create_log_group(logGroupName=f"/polo/{name}")
            functions.create_function(
                FunctionName=name, Runtime="python3.12", Role=f"arn:aws:iam::{IDS[profile]}:role/polo",
                Handler="app.handler", Code={"ZipFile": _code()}, Tags={"Team": "search"},
                Environment={"Variables": {"PASSWORD": "the-secret-of-a-function"}},
            )  # fmt: skip
            rds.create_db_instance(
                DBInstanceIdentifier=name, Engine="postgres", DBInstanceClass="db.t3.micro",
                AllocatedStorage=20, Tags=TEAM, MasterUsername="polo",
                MasterUserPassword="the-secret-of-a-database",
            )  # fmt: skip
            (balancer,) = balancers.create_load_balancer(Name=name[:32], Subnets=subnets, Tags=TEAM)[
                "LoadBalancers"
            ]
            made["loadbalancers"].add(balancer["LoadBalancerArn"].partition("loadbalancer/")[2])
            made["loggroups"].add(f"/polo/{name}")
            for type in ("buckets", "functions", "databases"):
                made[type].add(name)


@cache  # one takes 10 ms to make, and is asked for at every turn
def _client(url: str, account: str, service: str, region: str) -> Any:
    return boto3.client(
        service, region, endpoint_url=url, aws_access_key_id=account, aws_secret_access_key="x"
    )


def _code() -> bytes:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): ...")
    return code.getvalue()


@pytest.fixture
def accounts(local_aws: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """Three empty accounts; the AWS config of the test has a profile for each."""
    local_aws.reset()
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")  # else it, and no profile, says who asks
    found = Cloud(local_aws.url, tmp_path / "config")
    found.write_config()
    return found


@pytest.fixture
def addresses(accounts: Cloud) -> Cloud:
    """Three accounts that have two addresses in each region, and nothing else."""
    for profile in IDS:
        accounts.allocate(profile, 2)
    return accounts


@pytest.fixture
def cloud(accounts: Cloud) -> Cloud:
    """Three filled accounts, which takes 2 s of CPU."""
    for profile, size in (("prod", 6), ("staging", 3), ("sandbox", 2)):
        accounts.fill(profile, size)
    return accounts
