"""Read units of `inv sync --from-table`: queries of each scope. Yardstick: a Scan of the whole table."""

from __future__ import annotations

import math
import sys
from random import Random

from common import ROOT, sized, table

sys.path[:0] = [str(ROOT), str(ROOT / "src")]
from organisation_table import READ_UNIT, MeteredTable, size  # noqa: E402

from services.data_service import Collected  # noqa: E402
from services.dynamo_data_service import DynamoDataService  # noqa: E402
from services.models.kit.scope import Scope  # noqa: E402
from services.store.dynamo_table import Table  # noqa: E402
from tooling.demo.demo import make_demo  # noqa: E402

SIZES = sized((500, 20_000), (500,))
HOURS, CHANGED = sized(24, 2), 0.02  # the part of the scopes that changes in an hour
EMPTY_REGIONS = ("eu-north-1", "eu-west-3", "ca-central-1", "us-east-2", "ap-northeast-1")
EMPTY_TYPES = ("instances", "volumes", "databases", "functions", "queues", "topics", "tables", "keys")


def main() -> None:
    for count in SIZES:
        stored = MeteredTable()
        service = DynamoDataService(Table("bench", stored))
        fill(service, count)
        stored.reset()
        heads = service.heads()
        resources = sum(1 for head in heads if head.count for _ in service.resources(head.scope))
        whole = sum(size(item) for partition in stored.items.values() for item in partition.values())
        rows = [
            ("Scan of the whole table", math.ceil(whole / READ_UNIT), "units"),
            ("queries of the scopes", stored.reads, "units"),
        ]
        table(f"{resources:,} resources in {len(heads):,} scopes, after {HOURS} hours", rows, rows[0][0])


def fill(service: DynamoDataService, count: int) -> None:
    """A day of the demo estate: what changed in an hour is stored again."""
    estate, random = make_demo(count), Random(1)  # noqa: S311
    for account in estate.accounts:
        for region in EMPTY_REGIONS:
            for type in EMPTY_TYPES:
                service.replace_scope(Collected(Scope(account, region, type), 1, ()))
    for hour in range(1, HOURS + 1):
        for scope, documents in estate.resources.items():
            if hour == 1 or random.random() < CHANGED:
                changed = ({**document, "name": f"{hour}"} for document in documents[:1])
                kept = (*changed, *documents[1:])
                service.replace_scope(Collected(scope, hour * 3_600_000, kept))


if __name__ == "__main__":
    main()
