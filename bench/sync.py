"""`inv sync` of 5,000 instances from the local AWS. Yardstick: botocore's paginator alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import ROOT, free_port, table

sys.path[:0] = [str(ROOT), str(ROOT / "src")]
from tooling.local_aws import LocalAws  # noqa: E402

COUNT = 5_000
BARE = """
import boto3
pages = boto3.client("ec2").get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": 1000})
print(sum(len(reservation["Instances"]) for page in pages for reservation in page["Reservations"]))
"""
SYNC = """
import sys; sys.path[:0] = [{root!r}, {root!r} + "/src"]
from pathlib import Path
from tooling.sync import sync
sys.exit(sync("instances", "", "us-east-1", Path({data!r})))
"""
ROUNDS = 3


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        local = LocalAws(Path(folder) / "aws", free_port())
        local.start()
        try:
            measure(local.url, Path(folder))
        finally:
            local.stop()


def measure(url: str, folder: Path) -> None:
    config = folder / "config"
    config.write_text(
        f"[profile bench]\nregion = us-east-1\nendpoint_url = {url}\n"
        "aws_access_key_id = 111111111111\naws_secret_access_key = x\n"
    )
    environment = {**os.environ, "AWS_CONFIG_FILE": str(config), "AWS_PROFILE": "bench"}
    create(environment)
    seconds: dict[str, list[float]] = {"bare": [], "sync": []}
    sync = SYNC.format(root=str(ROOT), data=str(folder / "data"))
    for _ in range(ROUNDS):
        seconds["bare"].append(timed(BARE, environment))
        seconds["sync"].append(timed(sync, environment))
    rows = [
        ("botocore's paginator, whole process", min(seconds["bare"]), "s"),
        ("inv sync, whole process, data written", min(seconds["sync"]), "s"),
    ]
    table(f"{COUNT:,} instances (minimum of {ROUNDS}; target 1.5x)", rows, rows[0][0])


def create(environment: dict[str, str]) -> None:
    code = (
        "import boto3; c = boto3.client('ec2')\n"
        f"for _ in range({COUNT} // 500): c.run_instances(ImageId='ami-12345678', "
        "MinCount=500, MaxCount=500, "
        "InstanceType='t3.micro', TagSpecifications=[{'ResourceType': 'instance', 'Tags': "
        "[{'Key': 'Name', 'Value': 'bench'}, {'Key': 'Team', 'Value': 'platform'}]}])"
    )
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def timed(code: str, environment: dict[str, str]) -> float:
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
