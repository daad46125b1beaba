"""SNS topics."""

from __future__ import annotations

from typing import Self

from services.models.kit import tagging
from services.models.kit.base import Call, Column, Resource, ResourceType
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import chain, described
from services.models.kit.values import Item, required, text, whole

DESCRIBED = "Owner"  # what a topic's attributes always have


@model
class Topic(Resource):
    subscriptions: int | None = None
    pending: int | None = None
    fifo: bool = False
    encrypted: bool | None = None
    label: str | None = None

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        arn = required(item, "TopicArn")
        id = arn.rpartition(":")[2] or arn
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=arn,
            name=id,
            subscriptions=whole(item, "SubscriptionsConfirmed"),
            pending=whole(item, "SubscriptionsPending"),
            fifo=id.endswith(".fifo"),
            encrypted=bool(text(item, "KmsMasterKeyId")) if DESCRIBED in item else None,
            label=text(item, "DisplayName") if DESCRIBED in item else None,
        )


RESOURCE_TYPE = ResourceType(
    name="topics",
    title="Topics",
    singular="Topic",
    order=93,
    model=Topic,
    call=Call("sns", "list_topics", "Topics[]"),  # a hundred a page, not to be changed
    enrich=chain(
        described("sns", "get_topic_attributes", "TopicArn", "Attributes"),
        tagging.sweep("sns", "TopicArn"),
    ),
    actions=("sns:ListTopics", "sns:GetTopicAttributes", tagging.ACTION),
    columns=(
        Column("subscriptions", "Subscriptions", numeric=True),
        Column("pending", "Unconfirmed", numeric=True),
        Column("fifo", "FIFO", facet=True),
        Column("encrypted", "Encrypted", facet=True),
    ),
    console="https://{region}.console.aws.amazon.com/sns/v3/home?region={region}#/topic/{arn}",
    sample={
        "TopicArn": "arn:aws:sns:us-east-1:412233445883:alarms",
        "DisplayName": "Alarms",
        "Owner": "412233445883",
        "SubscriptionsConfirmed": "4",
        "SubscriptionsPending": "0",
        "SubscriptionsDeleted": "1",
        "KmsMasterKeyId": "alias/aws/sns",
        "Tags": [{"Key": "Team", "Value": "platform"}],
    },
)
