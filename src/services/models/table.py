"""DynamoDB tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from services.models import tagging
from services.models.base import Call, Column, Metric, Resource, ResourceType, Source, arn_of, where
from services.models.record import model
from services.models.scope import Scope
from services.models.steps import chain, described
from services.models.values import Item, each, flag, required, text, whole

ON_DEMAND = "PAY_PER_REQUEST"
WAYS = ("Read", "Write")  # capacity is bought, and scaled, apart
TARGETS = Call(
    "application-autoscaling",
    "describe_scalable_targets",
    "ScalableTargets[]",
    {"ServiceNamespace": "dynamodb"},
    page_size=50,
)


@model
class Table(Resource):
    """Items and size are counted by AWS about every six hours."""

    billing: str = ""
    items: int | None = None
    size: int | None = None  # bytes
    read_capacity: int | None = None
    write_capacity: int | None = None
    autoscaled: bool | None = None  # in both directions
    scaled_reads: bool | None = None
    scaled_writes: bool | None = None
    table_class: str = ""
    indexes: int | None = None  # global secondary ones
    deletion_protection: bool | None = None

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "TableName")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "TableArn") or arn_of(scope, "dynamodb", f"table/{id}"),
            name=id,
            state=text(item, "TableStatus").lower(),
            created=item.get("CreationDateTime"),
            billing="provisioned" if _provisioned(item) else "on-demand",
            items=whole(item, "ItemCount"),
            size=whole(item, "TableSizeBytes"),
            read_capacity=whole(item, "ProvisionedThroughput", "ReadCapacityUnits"),
            write_capacity=whole(item, "ProvisionedThroughput", "WriteCapacityUnits"),
            autoscaled=_both(_scaled(item, "Read"), _scaled(item, "Write")),
            scaled_reads=_scaled(item, "Read"),
            scaled_writes=_scaled(item, "Write"),
            table_class=text(item, "TableClassSummary", "TableClass") or "STANDARD",
            indexes=len(each(item, "GlobalSecondaryIndexes")),
            deletion_protection=flag(item, "DeletionProtectionEnabled"),
        )


def with_scaling(items: list[dict[str, Any]], source: Source, scope: Scope) -> Iterable[Item]:
    """The tables with what a policy scales: "ScaledRead" and "ScaledWrite", from one list for the region.

    It is not asked for where every table is on demand: there is nothing to be scaled.
    """
    pages = source.pages(TARGETS) if any(map(_provisioned, items)) else ()
    scaled = {
        (text(target, "ResourceId"), text(target, "ScalableDimension"))
        for page in pages
        for target in each(page, "ScalableTargets")
    }
    return [item | {f"Scaled{way}": _target(item, way) in scaled for way in WAYS} for item in items]


def _target(item: Item, way: str) -> tuple[str, str]:
    return f"table/{text(item, 'TableName')}", f"dynamodb:table:{way}CapacityUnits"


def _scaled(item: Item, way: str) -> bool | None:
    """Whether a policy scales reads ("Read") or writes; "Autoscaled" is both, as earlier versions kept it."""
    return flag(item, f"Scaled{way}") if f"Scaled{way}" in item else flag(item, "Autoscaled")


def _both(reads: bool | None, writes: bool | None) -> bool | None:
    return None if reads is None or writes is None else reads and writes


def _provisioned(item: Item) -> bool:
    return text(item, "BillingModeSummary", "BillingMode") != ON_DEMAND


# docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html; no percentiles: each point
# stands for many requests. A day without requests has no point.
_PROVISIONED, _NAME = where(state="active", billing="provisioned"), (("TableName", "{id}"),)
METRICS = (
    Metric(
        "AWS/DynamoDB", "ConsumedReadCapacityUnits", "Sum", _NAME, "Read", "units", _PROVISIONED, sparse=True
    ),
    Metric(
        "AWS/DynamoDB",
        "ConsumedWriteCapacityUnits",
        "Sum",
        _NAME,
        "Written",
        "units",
        _PROVISIONED,
        sparse=True,
    ),
)

RESOURCE_TYPE = ResourceType(
    name="tables",
    title="DynamoDB tables",
    singular="DynamoDB table",
    order=63,
    model=Table,
    call=Call("dynamodb", "list_tables", "TableNames[].{TableName: @}", page_size=100),
    enrich=chain(
        described("dynamodb", "describe_table", "TableName", "Table", gone=("ResourceNotFoundException",)),
        with_scaling,
        tagging.sweep("dynamodb:table", "TableArn"),
    ),
    actions=(
        "dynamodb:ListTables",
        "dynamodb:DescribeTable",
        "application-autoscaling:DescribeScalableTargets",
        tagging.ACTION,
    ),
    columns=(
        Column("billing", "Billing", facet=True),
        Column("items", "Items", numeric=True),
        Column("size", "Size", unit="B", numeric=True),
        Column("read_capacity", "Read units", numeric=True),
        Column("write_capacity", "Write units", numeric=True),
        Column("autoscaled", "Autoscaled", facet=True),
        Column("table_class", "Class", facet=True),
    ),
    console="https://{region}.console.aws.amazon.com/dynamodbv2/home?region={region}#table?name={id}",
    volatile=(
        "items",
        "size",
        "raw.ItemCount",
        "raw.TableSizeBytes",
        "raw.ProvisionedThroughput",
        "raw.GlobalSecondaryIndexes",
        "raw.LocalSecondaryIndexes",
    ),
    metrics=METRICS,
    sample={
        "TableName": "carts",
        "TableArn": "arn:aws:dynamodb:us-east-1:412233445883:table/carts",
        "TableStatus": "ACTIVE",
        "CreationDateTime": "2025-03-11T09:20:31.102000+00:00",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "ProvisionedThroughput": {
            "NumberOfDecreasesToday": 0,
            "ReadCapacityUnits": 400,
            "WriteCapacityUnits": 100,
        },
        "TableSizeBytes": 7340032000,
        "ItemCount": 1840331,
        "GlobalSecondaryIndexes": [{"IndexName": "by-user", "IndexStatus": "ACTIVE", "ItemCount": 1840331}],
        "DeletionProtectionEnabled": True,
        "ScaledRead": False,
        "ScaledWrite": False,
        "Tags": [{"Key": "Team", "Value": "checkout"}],
    },
)
