"""A local AWS with an estate of several regions, for the benches that collect it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from common import ROOT, free_port

sys.path[:0] = [str(ROOT), str(ROOT / "src")]
from tooling.local.aws import LocalAws  # noqa: E402

ACCOUNT = "111111111111"
TAGS = [{"Key": "Name", "Value": "bench"}, {"Key": "Team", "Value": "platform"}]


@dataclass(frozen=True)
class LocalEstate:
    """config: an AWS config file whose profile `bench` leads to it."""

    url: str
    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "config"

    @property
    def environment(self) -> dict[str, str]:
        return {"AWS_CONFIG_FILE": str(self.config), "AWS_PROFILE": "bench"}

    def lead_to(self, url: str) -> None:
        """Write the config, with the address that clients shall use."""
        self.config.write_text(
            f"[profile bench]\nregion = us-east-1\nendpoint_url = {url}\n"
            f"aws_access_key_id = {ACCOUNT}\naws_secret_access_key = x\n"
        )

    def client(self, service: str, region: str) -> Any:
        keys = {"aws_access_key_id": ACCOUNT, "aws_secret_access_key": "x"}
        return boto3.Session(**keys).client(service, region, endpoint_url=self.url)

    def instances(self, region: str, count: int) -> None:
        """So many, by 500; each brings a volume."""
        ec2 = self.client("ec2", region)
        for start in range(0, count, 500):
            some = min(500, count - start)
            ec2.run_instances(
                ImageId="ami-12345678",
                MinCount=some,
                MaxCount=some,
                InstanceType="t3.micro",
                TagSpecifications=[{"ResourceType": "instance", "Tags": TAGS}],
            )

    def others(self, region: str, count: int) -> None:
        """So many snapshots, addresses, security groups, log groups, topics and secrets."""
        ec2, logs, sns, secrets = (
            self.client(service, region) for service in ("ec2", "logs", "sns", "secretsmanager")
        )
        volume = ec2.create_volume(AvailabilityZone=f"{region}a", Size=8)["VolumeId"]
        for number in range(count):
            name = f"bench-{region}-{number}"
            ec2.create_snapshot(VolumeId=volume)
            ec2.allocate_address(Domain="vpc")
            ec2.create_security_group(GroupName=name, Description=name)
            logs.create_log_group(logGroupName=name, tags={"Team": "platform"})
            sns.create_topic(Name=name, Tags=TAGS)
            secrets.create_secret(Name=name, SecretString="x", Tags=TAGS)

    def fill(self, regions: tuple[str, ...], instances: int, others: int) -> None:
        with ThreadPoolExecutor(len(regions)) as pool:
            list(pool.map(lambda region: self.instances(region, instances), regions))
            list(pool.map(lambda region: self.others(region, others), regions))


@contextmanager
def local_estate() -> Iterator[LocalEstate]:
    """An empty one, gone at the end."""
    with tempfile.TemporaryDirectory() as folder:
        local = LocalAws(Path(folder) / "aws", free_port())
        local.start()
        try:
            estate = LocalEstate(local.url, Path(folder))
            estate.lead_to(local.url)
            yield estate
        finally:
            local.stop()
