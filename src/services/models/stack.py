"""CloudFormation stacks. Parameters and outputs may be secrets: only their names are kept."""

from __future__ import annotations

from typing import Self

from services.models.kit.base import Call, Column, Resource, ResourceType
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, each, flag, iso, required, text

GOOD = ("create_complete", "update_complete", "import_complete", "update_rollback_complete")


@model
class Stack(Resource):
    drift: str = ""
    updated: str | None = None
    protected: bool | None = None  # from being deleted
    parent: str = ""
    description: str = ""
    parameters: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        """id: name/uuid, as the ARN ends; a name alone can belong to a deleted one, too."""
        arn = required(item, "StackId")
        item = without_values(item)
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=arn.partition(":stack/")[2] or arn,
            arn=arn,
            name=text(item, "StackName"),
            state=text(item, "StackStatus").lower(),
            created=item.get("CreationTime"),
            drift=text(item, "DriftInformation", "StackDriftStatus").lower().replace("_", " "),
            updated=iso(item.get("LastUpdatedTime")),
            protected=flag(item, "EnableTerminationProtection"),
            parent=text(item, "ParentId").partition(":stack/")[2],
            description=text(item, "Description"),
            parameters=tuple(text(one, "ParameterKey") for one in each(item, "Parameters")),
            outputs=tuple(text(one, "OutputKey") for one in each(item, "Outputs")),
        )


def without_values(item: Item) -> Item:
    """The item with the names of its parameters and outputs only."""
    names = {"Parameters": "ParameterKey", "Outputs": "OutputKey"}
    kept = {list: [{key: text(one, key)} for one in each(item, list)] for list, key in names.items()}
    return {**item, **kept}


RESOURCE_TYPE = ResourceType(
    name="stacks",
    title="Stacks",
    singular="Stack",
    order=91,
    model=Stack,
    call=Call("cloudformation", "describe_stacks", "Stacks[]"),  # AWS sizes the pages
    actions=("cloudformation:DescribeStacks",),
    columns=(
        Column("drift", "Drift", facet=True),
        Column("updated", "Updated"),
        Column("protected", "Protected", facet=True),
        Column("parent", "Part of", mono=True),
        Column("description", "Description"),
    ),
    console="https://{region}.console.aws.amazon.com/cloudformation/home?region={region}"
    "#/stacks/stackinfo?stackId={arn}",
    good_states=GOOD,
    sample={
        "StackId": "arn:aws:cloudformation:us-east-1:412233445883:"
        "stack/storefront/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
        "StackName": "storefront",
        "Description": "The shop's web tier",
        "Parameters": [{"ParameterKey": "DatabaseUrl", "ParameterValue": "postgres://user:secret@host/db"}],
        "CreationTime": "2025-04-02T10:00:00.312000+00:00",
        "LastUpdatedTime": "2026-10-30T16:20:09.117000+00:00",
        "StackStatus": "UPDATE_COMPLETE",
        "DisableRollback": False,
        "Outputs": [{"OutputKey": "Url", "OutputValue": "https://shop.example.com/?token=secret"}],
        "EnableTerminationProtection": True,
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
        "Tags": [{"Key": "Team", "Value": "web"}],
    },
)
