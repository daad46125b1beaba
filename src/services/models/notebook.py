"""SageMaker notebook instances."""

from __future__ import annotations

from typing import Self

from services.models.kit import tagging
from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, iso, required, text


@model
class Notebook(Resource):
    instance_type: str = ""
    modified: str | None = None
    url: str = ""

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "NotebookInstanceName")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "NotebookInstanceArn")
            or arn_of(scope, "sagemaker", f"notebook-instance/{id.lower()}"),
            name=id,
            state=text(item, "NotebookInstanceStatus").lower(),
            created=item.get("CreationTime"),
            instance_type=text(item, "InstanceType"),
            modified=iso(item.get("LastModifiedTime")),
            url=text(item, "Url"),
        )


RESOURCE_TYPE = ResourceType(
    name="notebooks",
    title="SageMaker notebooks",
    singular="SageMaker notebook",
    order=102,
    model=Notebook,
    call=Call("sagemaker", "list_notebook_instances", "NotebookInstances[]", page_size=100),
    enrich=tagging.sweep("sagemaker:notebook-instance", "NotebookInstanceArn"),
    actions=("sagemaker:ListNotebookInstances", tagging.ACTION),
    columns=(
        Column("instance_type", "Instance type", mono=True, facet=True),
        Column("modified", "Changed"),
        Column("url", "Address", mono=True),
    ),
    console="https://{region}.console.aws.amazon.com/sagemaker/home?region={region}#/notebook-instances/{id}",
    good_states=("inservice",),
    sample={
        "NotebookInstanceName": "feature-study",
        "NotebookInstanceArn": "arn:aws:sagemaker:us-east-1:412233445883:notebook-instance/feature-study",
        "NotebookInstanceStatus": "InService",
        "Url": "feature-study.notebook.us-east-1.sagemaker.aws",
        "InstanceType": "ml.t3.xlarge",
        "CreationTime": "2026-01-20T09:00:31.101000+00:00",
        "LastModifiedTime": "2026-08-03T16:40:12.333000+00:00",
        "Tags": [{"Key": "Team", "Value": "ml"}],
    },
)
