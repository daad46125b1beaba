"""Kinesis data streams. A provisioned one costs by the shard and hour."""

from __future__ import annotations

from typing import Self

from services.models.kit import tagging
from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import chain, described
from services.models.kit.values import Item, required, text, told_words, whole


@model
class Stream(Resource):
    mode: str = ""
    shards: int | None = None  # open ones
    retention: int | None = None  # hours
    consumers: int | None = None
    encryption: str | None = None

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "StreamName")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "StreamARN") or arn_of(scope, "kinesis", f"stream/{id}"),
            name=id,
            state=text(item, "StreamStatus").lower(),
            created=item.get("StreamCreationTimestamp"),
            mode=text(item, "StreamModeDetails", "StreamMode").lower().replace("_", "-"),
            shards=whole(item, "OpenShardCount"),
            retention=whole(item, "RetentionPeriodHours"),
            consumers=whole(item, "ConsumerCount"),
            encryption=told_words(item, "EncryptionType"),
        )


RESOURCE_TYPE = ResourceType(
    name="streams",
    title="Streams",
    singular="Stream",
    order=94,
    model=Stream,
    call=Call("kinesis", "list_streams", "StreamSummaries[]", page_size=1000),
    enrich=chain(
        described("kinesis", "describe_stream_summary", "StreamName", "StreamDescriptionSummary"),
        tagging.sweep("kinesis:stream", "StreamARN"),
    ),
    actions=("kinesis:ListStreams", "kinesis:DescribeStreamSummary", tagging.ACTION),
    columns=(
        Column("mode", "Mode", facet=True),
        Column("shards", "Shards", numeric=True),
        Column("retention", "Retention", unit="h", numeric=True),
        Column("consumers", "Consumers", numeric=True),
        Column("encryption", "Encryption", facet=True),
    ),
    console="https://{region}.console.aws.amazon.com/kinesis/home?region={region}#/streams/details/{id}/monitoring",
    sample={
        "StreamName": "clicks",
        "StreamARN": "arn:aws:kinesis:us-east-1:412233445883:stream/clicks",
        "StreamStatus": "ACTIVE",
        "StreamModeDetails": {"StreamMode": "PROVISIONED"},
        "StreamCreationTimestamp": "2025-06-06T06:06:06+00:00",
        "RetentionPeriodHours": 24,
        "OpenShardCount": 4,
        "ConsumerCount": 1,
        "EncryptionType": "KMS",
        "Tags": [{"Key": "Team", "Value": "data"}],
    },
)
