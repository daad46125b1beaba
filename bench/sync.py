"""`inv sync` from a local AWS: beside botocore's paginator, with more threads, and the writes to a table.

The endpoint is ministack, which works on one core: threads help until it is busy.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from common import ROOT, table
from local_estate import LocalEstate, local_estate

from services.cloud.aws import Aws
from services.cloud.rates import Limiter
from services.collect.collect import collect
from services.collect.plan import Target, plan, run
from services.dynamo_data_service import DynamoDataService
from services.models import RESOURCE_TYPES
from services.models.kit.scope import Scope
from services.store.dynamo_table import Table
from settings import Settings
from tooling.laptop.sync import sync

COUNT = 5_000
BARE = """
import boto3
pages = boto3.client("ec2").get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": 1000})
print(sum(len(reservation["Instances"]) for page in pages for reservation in page["Reservations"]))
"""
SYNC = """
import sys; sys.path[:0] = [{root!r}, {root!r} + "/src"]
from pathlib import Path
from tooling.laptop.sync import sync
sys.exit(sync("instances", "", "us-east-1", Path({data!r})))
"""
ROUNDS = 3
REGIONS = ("us-east-1", "eu-west-1", "us-west-2", "ap-south-1")
TYPES = ("instances", "volumes", "snapshots", "addresses", "securitygroups", "subnets", "loggroups", "topics",
         "secrets", "networkinterfaces", "natgateways", "queues")  # fmt: skip
THREADS = (1, 8, 32)
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems")


def main() -> None:
    with local_estate() as estate:
        estate.instances("us-east-1", COUNT)
        beside_the_paginator(estate)
    with local_estate() as estate, mock.patch.dict(os.environ, estate.environment):
        estate.fill(REGIONS, 200, 50)
        with_threads(estate)
        writes_of_an_unchanged_estate(estate)


def beside_the_paginator(estate: LocalEstate) -> None:
    environment = {**os.environ, **estate.environment}
    seconds: dict[str, list[float]] = {"bare": [], "sync": []}
    code = SYNC.format(root=str(ROOT), data=str(estate.folder / "data"))
    for _ in range(ROUNDS):
        seconds["bare"].append(timed(BARE, environment))
        seconds["sync"].append(timed(code, environment))
    rows = [
        ("botocore's paginator, whole process", min(seconds["bare"]), "s"),
        ("inv sync, whole process, data written", min(seconds["sync"]), "s"),
    ]
    table(f"{COUNT:,} instances (minimum of {ROUNDS}; target 1.3x)", rows, rows[0][0])


def timed(code: str, environment: dict[str, str]) -> float:
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return time.perf_counter() - started


def with_threads(estate: LocalEstate) -> None:
    scopes, resources = len(TYPES) * len(REGIONS), 0
    rows = []
    for threads in THREADS:
        best = float("inf")
        for number in range(ROUNDS):
            folder = estate.folder / f"{threads}-{number}"
            started = time.perf_counter()
            said = io.StringIO()
            code = sync(
                ",".join(TYPES), "", ",".join(REGIONS), folder,
                settings=Settings(), workers=threads, out=said,
            )  # fmt: skip
            best = min(best, time.perf_counter() - started)
            assert code == 0, said.getvalue()
        resources = len(json.loads((folder / "local_data.json").read_text())["items"])
        rows.append(
            (
                f"{threads} thread{'s'[: threads > 1]}, {resources / best:,.0f} resources/s",
                scopes / best,
                "scopes/s",
            )
        )
    title = f"{resources:,} resources in {scopes} scopes, with connecting, data written (best of {ROUNDS})"
    table(title, rows, rows[0][0])


def writes_of_an_unchanged_estate(estate: LocalEstate) -> None:
    client = estate.client("dynamodb", "us-east-1")
    client.create_table(
        TableName="bench",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )
    store = DynamoDataService(Table("bench", client))
    aws = Aws("bench", limiter=Limiter(wait=lambda _: None))
    scopes = plan([RESOURCE_TYPES[name] for name in TYPES], [Target(aws.account(), REGIONS)])
    with counted(client) as writes:
        for generation in (1, 2, 3):
            writes.clear()
            for collected in run(
                scopes, lambda scope: collect_one(aws, scope), generation=generation, workers=8
            ):
                store.replace_scope(collected)
            changed = "all new" if generation == 1 else "unchanged"
            print(f"{changed}: {len(writes):,} writes, {len(writes) / len(scopes):.2f} a scope")


def collect_one(aws: Aws, scope: Scope) -> object:
    return collect(RESOURCE_TYPES[scope.type], scope, aws.source(scope.region))


@contextmanager
def counted(client: object) -> Iterator[list[str]]:
    """The names of the write operations that the client sends."""
    names: list[str] = []
    events = client.meta.events

    def saw(model: object, **_: object) -> None:
        if model.name in WRITES:
            names.append(model.name)

    events.register("before-call.dynamodb", saw)
    yield names
    events.unregister("before-call.dynamodb", saw)


if __name__ == "__main__":
    main()
