"""Step Functions state machines."""

from __future__ import annotations

from typing import Self

from services.models.kit import tagging
from services.models.kit.base import Call, Column, Resource, ResourceType
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, required, text


@model
class StateMachine(Resource):
    kind: str = ""

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        arn = required(item, "stateMachineArn")
        id = arn.rpartition(":")[2] or arn
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=arn,
            name=id,
            created=item.get("creationDate"),
            kind=text(item, "type").lower(),
        )


RESOURCE_TYPE = ResourceType(
    name="statemachines",
    title="State machines",
    singular="State machine",
    order=75,
    model=StateMachine,
    call=Call("stepfunctions", "list_state_machines", "stateMachines[]", page_size=1000),
    enrich=tagging.sweep("states:stateMachine", "stateMachineArn"),
    actions=("states:ListStateMachines", tagging.ACTION),
    columns=(Column("kind", "Kind", facet=True),),
    console="https://{region}.console.aws.amazon.com/states/home?region={region}#/statemachines/view/{arn}",
    sample={
        "stateMachineArn": "arn:aws:states:us-east-1:412233445883:stateMachine:order-fulfilment",
        "name": "order-fulfilment",
        "type": "STANDARD",
        "creationDate": "2025-05-05T05:05:05.055000+00:00",
        "Tags": [{"Key": "Team", "Value": "checkout"}],
    },
)
