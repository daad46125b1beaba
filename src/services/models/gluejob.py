"""Glue jobs. Their arguments and their graphs may hold passwords, and are not kept."""

from __future__ import annotations

from typing import Self

from services.models.kit import tagging
from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import without
from services.models.kit.values import Item, required, text, whole

DROPPED = ("DefaultArguments", "NonOverridableArguments", "CodeGenConfigurationNodes", "SourceControlDetails")
KINDS = {
    "glueetl": "spark",
    "gluestreaming": "spark streaming",
    "pythonshell": "python shell",
    "glueray": "ray",
}


@model
class GlueJob(Resource):
    """python: the version that a Python shell job runs. workers: how many, of that type."""

    kind: str = ""
    glue_version: str = ""
    python: str = ""
    worker_type: str = ""
    workers: int | None = None
    timeout: int | None = None  # minutes
    execution: str = ""
    role: str = ""
    description: str = ""

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "Name")
        command = text(item, "Command", "Name")
        return cls.of(
            without(item, *DROPPED),
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=_arn(item, scope),
            name=id,
            created=item.get("CreatedOn"),
            kind=KINDS.get(command, command),
            glue_version=text(item, "GlueVersion"),
            python=text(item, "Command", "PythonVersion"),
            worker_type=text(item, "WorkerType"),
            workers=whole(item, "NumberOfWorkers"),
            timeout=whole(item, "Timeout"),
            execution=text(item, "ExecutionClass").lower(),
            role=text(item, "Role").rpartition("/")[2],  # told as name or ARN
            description=text(item, "Description"),
        )


def _arn(item: Item, scope: Scope) -> str:
    return arn_of(scope, "glue", f"job/{text(item, 'Name')}")


RESOURCE_TYPE = ResourceType(
    name="gluejobs",
    title="Glue jobs",
    singular="Glue job",
    order=103,
    model=GlueJob,
    call=Call("glue", "get_jobs", "Jobs[]", page_size=100),
    enrich=tagging.sweep("glue:job", "Arn", arn=_arn),
    actions=("glue:GetJobs", tagging.ACTION),
    columns=(
        Column("kind", "Kind", facet=True),
        Column("glue_version", "Glue version", mono=True, facet=True),
        Column("worker_type", "Workers' type", mono=True, facet=True),
        Column("workers", "Workers", numeric=True),
        Column("timeout", "Timeout", unit="min", numeric=True),
        Column("execution", "Execution", facet=True),
        Column("description", "Description"),
    ),
    console="https://{region}.console.aws.amazon.com/gluestudio/home?region={region}#/editor/job/{id}/details",
    sample={
        "Name": "orders-nightly",
        "Description": "Loads the day's orders into the warehouse",
        "Role": "glue-orders",
        "CreatedOn": "2025-06-02T07:30:12.503000+00:00",
        "LastModifiedOn": "2026-05-19T10:44:02.117000+00:00",
        "ExecutionProperty": {"MaxConcurrentRuns": 1},
        "Command": {
            "Name": "glueetl",
            "ScriptLocation": "s3://acme-glue/scripts/orders-nightly.py",
            "PythonVersion": "3",
        },
        "DefaultArguments": {"--db-password": "secret", "--TempDir": "s3://acme-glue/tmp/"},
        "MaxRetries": 1,
        "Timeout": 480,
        "MaxCapacity": 10.0,
        "WorkerType": "G.1X",
        "NumberOfWorkers": 10,
        "GlueVersion": "4.0",
        "ExecutionClass": "STANDARD",
        "Tags": [{"Key": "Team", "Value": "data"}],
    },
)
