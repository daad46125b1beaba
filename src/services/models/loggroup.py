"""CloudWatch log groups."""

from __future__ import annotations

from typing import Self

from services.models.kit import tagging
from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, required, text, whole


@model
class LogGroup(Resource):
    retention: int | None = None  # days; None keeps everything for ever
    stored: int | None = None  # bytes, compressed
    log_class: str = ""
    filters: int | None = None
    key: str = ""

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "logGroupName")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "arn").removesuffix(":*") or arn_of(scope, "logs", f"log-group:{id}"),
            name=id,
            created=item.get("creationTime"),
            retention=whole(item, "retentionInDays"),
            stored=whole(item, "storedBytes"),
            log_class=text(item, "logGroupClass") or "STANDARD",
            filters=whole(item, "metricFilterCount"),
            key=text(item, "kmsKeyId"),
        )


RESOURCE_TYPE = ResourceType(
    name="loggroups",
    title="Log groups",
    singular="Log group",
    order=90,
    model=LogGroup,
    call=Call("logs", "describe_log_groups", "logGroups[]", page_size=50),
    enrich=tagging.sweep("logs:log-group", "arn"),
    actions=("logs:DescribeLogGroups", tagging.ACTION),
    columns=(
        Column("retention", "Retention", unit="days", numeric=True),
        Column("stored", "Stored", unit="B", numeric=True),
        Column("log_class", "Class", facet=True),
        Column("filters", "Metric filters", numeric=True),
    ),
    console="https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
    "#logsV2:log-groups/log-group/{id}",
    volatile=("stored", "raw.storedBytes"),
    sample={
        "logGroupName": "/aws/lambda/checkout-webhook",
        "creationTime": 1758010000000,
        "metricFilterCount": 1,
        "arn": "arn:aws:logs:us-east-1:412233445883:log-group:/aws/lambda/checkout-webhook:*",
        "logGroupArn": "arn:aws:logs:us-east-1:412233445883:log-group:/aws/lambda/checkout-webhook",
        "storedBytes": 73400320,
        "retentionInDays": 30,
        "logGroupClass": "STANDARD",
        "Tags": [{"Key": "Team", "Value": "checkout"}],
    },
)
