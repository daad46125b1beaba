"""SQS queues."""

from __future__ import annotations

import json
from typing import Self

from services.models.kit import tagging
from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import chain, described
from services.models.kit.values import Item, flag, required, text, whole


@model
class Queue(Resource):
    messages: int | None = None  # waiting, about
    in_flight: int | None = None
    fifo: bool = False
    retention: int | None = None  # seconds
    dead_letters_to: str | None = None  # "" where they are dropped
    encrypted: bool | None = None

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        url = required(item, "QueueUrl")
        id = url.rpartition("/")[2] or url
        created = whole(item, "CreatedTimestamp")
        managed = flag(item, "SqsManagedSseEnabled")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "QueueArn") or _arn(item, scope),
            name=id,
            created=None if created is None else created * 1000,
            messages=whole(item, "ApproximateNumberOfMessages"),
            in_flight=whole(item, "ApproximateNumberOfMessagesNotVisible"),
            fifo=id.endswith(".fifo"),
            retention=whole(item, "MessageRetentionPeriod"),
            dead_letters_to=_dead_letters_to(item),
            encrypted=True if text(item, "KmsMasterKeyId") else managed,
        )


def _arn(item: Item, scope: Scope) -> str:
    return arn_of(scope, "sqs", text(item, "QueueUrl").rpartition("/")[2])


def _dead_letters_to(item: Item) -> str | None:
    """The name of the queue that takes what could not be handled; None where that is unknown."""
    if "QueueArn" not in item:  # what a queue's attributes always have
        return None
    try:
        policy = json.loads(text(item, "RedrivePolicy"))
    except ValueError:
        return ""
    return text(policy, "deadLetterTargetArn").rpartition(":")[2]


RESOURCE_TYPE = ResourceType(
    name="queues",
    title="Queues",
    singular="Queue",
    order=92,
    model=Queue,
    call=Call("sqs", "list_queues", "QueueUrls[].{QueueUrl: @}", page_size=1000),
    enrich=chain(
        described(
            "sqs",
            "get_queue_attributes",
            "QueueUrl",
            "Attributes",
            also={"AttributeNames": ["All"]},
        ),
        tagging.sweep("sqs", "QueueArn", arn=_arn),
    ),
    actions=("sqs:ListQueues", "sqs:GetQueueAttributes", tagging.ACTION),
    columns=(
        Column("messages", "Messages", numeric=True),
        Column("in_flight", "In flight", numeric=True),
        Column("fifo", "FIFO", facet=True),
        Column("retention", "Retention", unit="s", numeric=True),
        Column("dead_letters_to", "Dead letters to", mono=True),
        Column("encrypted", "Encrypted", facet=True),
    ),
    console="https://{region}.console.aws.amazon.com/sqs/v3/home?region={region}#/queues",
    volatile=("messages", "in_flight"),
    sample={
        "QueueUrl": "https://sqs.us-east-1.amazonaws.com/412233445883/checkout-events",
        "QueueArn": "arn:aws:sqs:us-east-1:412233445883:checkout-events",
        "ApproximateNumberOfMessages": "12",
        "ApproximateNumberOfMessagesNotVisible": "3",
        "ApproximateNumberOfMessagesDelayed": "0",
        "CreatedTimestamp": "1744278063",
        "LastModifiedTimestamp": "1744278063",
        "VisibilityTimeout": "180",
        "MessageRetentionPeriod": "345600",
        "SqsManagedSseEnabled": "true",
        "RedrivePolicy": '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:412233445883:checkout-dead",'
        '"maxReceiveCount":3}',
        "Tags": [{"Key": "Team", "Value": "checkout"}],
    },
)
