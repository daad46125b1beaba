"""DynamoDB tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from services.models.kit import tagging
from services.models.kit.base import Call, Column, Metric, Resource, ResourceType, arn_of, where
from services.models.kit.questions import Questions
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import Items, chain, described, for_all
from services.models.kit.values import Item, each, flag, required, text, told, whole

ON_DEMAND = "PAY_PER_REQUEST"
WAYS = ("Read", "Write")  # capacity is bought, and scaled, apart
DESCRIBED = "TableStatus"  # what a table's description always has
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

    billing: str | None = None
    items: int | None = None
    size: int | None = None  # bytes
    read_capacity: int | None = None
    write_capacity: int | None = None
    autoscaled: bool | None = None  # in both directions
    scaled_reads: bool | None = None
    scaled_writes: bool | None = None
    table_class: str | None = None
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
            arn=text(item, "TableArn") or _arn(item, scope),
            name=id,
            state=text(item, "TableStatus").lower(),
            created=item.get("CreationDateTime"),
            billing=_billing(item),
            items=whole(item, "ItemCount"),
            size=whole(item, "TableSizeBytes"),
            read_capacity=whole(item, "ProvisionedThroughput", "ReadCapacityUnits"),
            write_capacity=whole(item, "ProvisionedThroughput", "WriteCapacityUnits"),
            autoscaled=_both(_scaled(item, "Read"), _scaled(item, "Write")),
            scaled_reads=_scaled(item, "Read"),
            scaled_writes=_scaled(item, "Write"),
            table_class=_class(item),
            indexes=len(each(item, "GlobalSecondaryIndexes")) if DESCRIBED in item else None,
            deletion_protection=flag(item, "DeletionProtectionEnabled"),
        )


def with_scaling(items: Items, questions: Questions, scope: Scope) -> Iterable[Item]:
    """The tables with what a policy scales: "ScaledRead" and "ScaledWrite", from one list for the region.

    It is not asked for where every table is on demand: there is nothing to be scaled.
    """
    provisioned = [item for item in items if _billing(item) != "on-demand"]
    targets = questions.listed(TARGETS) if provisioned else []
    if targets is None:
        return [item | {f"Scaled{way}": None for way in WAYS} for item in items]
    scaled = {(text(target, "ResourceId"), text(target, "ScalableDimension")) for target in targets}
    return [item | {f"Scaled{way}": _target(item, way) in scaled for way in WAYS} for item in items]


def _target(item: Item, way: str) -> tuple[str, str]:
    return f"table/{text(item, 'TableName')}", f"dynamodb:table:{way}CapacityUnits"


def _scaled(item: Item, way: str) -> bool | None:
    """Whether a policy scales reads ("Read") or writes; "Autoscaled" is both, as earlier versions kept it."""
    return flag(item, f"Scaled{way}") if f"Scaled{way}" in item else flag(item, "Autoscaled")


def _both(reads: bool | None, writes: bool | None) -> bool | None:
    return None if reads is None or writes is None else reads and writes


def _arn(item: Item, scope: Scope) -> str:
    return arn_of(scope, "dynamodb", f"table/{text(item, 'TableName')}")


def _class(item: Item) -> str | None:
    """AWS leaves it out of a table that has always been of the standard class."""
    if "TableClassSummary" not in item:
        return "STANDARD" if DESCRIBED in item else None
    return told(item, "TableClassSummary", "TableClass")


def _billing(item: Item) -> str | None:
    """AWS leaves the mode out of a table that has always been provisioned."""
    if DESCRIBED not in item:
        return None
    return "on-demand" if text(item, "BillingModeSummary", "BillingMode") == ON_DEMAND else "provisioned"


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
        described("dynamodb", "describe_table", "TableName", "Table"),
        for_all(with_scaling),
        tagging.sweep("dynamodb:table", "TableArn", arn=_arn),
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
