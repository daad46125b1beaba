"""SageMaker endpoints, with the instances that they keep running."""

from __future__ import annotations

from typing import Any, Self

from services.models.kit import tagging
from services.models.kit.base import Call, Column, Resource, ResourceType, arn_of
from services.models.kit.questions import Questions
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import chain, described, for_each
from services.models.kit.values import Item, each, required, text, told, total, whole

GONE = "ValidationException: Could not find"  # SageMaker has no code of its own for it
NO_CONFIG: Item = {"ProductionVariants": []}  # deleted: what runs goes on running


@model
class Endpoint(Resource):
    instance_type: str | None = None  # "serverless" when it has none
    instances: int | None = None
    variants: int | None = None
    config: str | None = None

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "EndpointName")
        variants = each(item, "ProductionVariants")
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "EndpointArn") or arn_of(scope, "sagemaker", f"endpoint/{id.lower()}"),
            name=id,
            state=text(item, "EndpointStatus").lower(),
            created=item.get("CreationTime"),
            instance_type=_instance_type(item),
            instances=total(map(_instances, variants)) if variants else None,
            variants=len(variants) or None,
            config=told(item, "EndpointConfigName"),
        )


def _instance_type(item: Item) -> str | None:
    """All that its variants have; None where they are unknown."""
    types = {text(config, "InstanceType") or "serverless" for config in each(item, "Config")}
    return ", ".join(sorted(types)) or None


def _instances(variant: Item) -> int | None:
    serverless = "CurrentServerlessConfig" in variant or "DesiredServerlessConfig" in variant
    return 0 if serverless else whole(variant, "CurrentInstanceCount")


def with_config(item: dict[str, Any], questions: Questions) -> Item:
    """The endpoint with the variants of its "Config", which tell the instance types; None: unknown."""
    name = text(item, "EndpointConfigName")
    if not name:
        return item
    asked = "sagemaker", "describe_endpoint_config"
    answer = questions.call(*asked, gone=(), none=(GONE,), otherwise=NO_CONFIG, EndpointConfigName=name)
    if answer is not None and "ProductionVariants" not in answer:
        questions.odd(*asked)
    return item | {"Config": each(answer or {}, "ProductionVariants") or None}


RESOURCE_TYPE = ResourceType(
    name="endpoints",
    title="SageMaker endpoints",
    singular="SageMaker endpoint",
    order=101,
    model=Endpoint,
    call=Call("sagemaker", "list_endpoints", "Endpoints[]", page_size=100),
    enrich=chain(
        described("sagemaker", "describe_endpoint", "EndpointName", gone=(GONE,)),
        for_each(with_config),
        tagging.sweep("sagemaker:endpoint", "EndpointArn"),
    ),
    actions=(
        "sagemaker:ListEndpoints",
        "sagemaker:DescribeEndpoint",
        "sagemaker:DescribeEndpointConfig",
        tagging.ACTION,
    ),
    columns=(
        Column("instance_type", "Instance type", mono=True, facet=True),
        Column("instances", "Instances", numeric=True),
        Column("variants", "Variants", numeric=True),
        Column("config", "Configuration", mono=True),
    ),
    console="https://{region}.console.aws.amazon.com/sagemaker/home?region={region}#/endpoints/{id}",
    good_states=("inservice",),
    volatile=("instances", "raw.ProductionVariants"),
    sample={
        "EndpointName": "ranker-prod",
        "EndpointArn": "arn:aws:sagemaker:us-east-1:412233445883:endpoint/ranker-prod",
        "CreationTime": "2026-05-12T14:03:20.018000+00:00",
        "LastModifiedTime": "2026-10-02T08:11:09.402000+00:00",
        "EndpointStatus": "InService",
        "EndpointConfigName": "ranker-prod-17",
        "ProductionVariants": [{"VariantName": "main", "CurrentInstanceCount": 2, "DesiredInstanceCount": 2}],
        "Config": [{"VariantName": "main", "InitialInstanceCount": 2, "InstanceType": "ml.g5.xlarge"}],
        "Tags": [{"Key": "Team", "Value": "ml"}],
    },
)
