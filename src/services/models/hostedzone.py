"""Route 53 hosted zones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from services.models.kit import tagging
from services.models.kit.base import Call, Column, Resource, ResourceType, Source
from services.models.kit.partitions import partition_of
from services.models.kit.record import model
from services.models.kit.scope import Scope
from services.models.kit.steps import chain
from services.models.kit.values import Item, flag, required, text, whole

PATH = "/hostedzone/"  # before the id


@model
class HostedZone(Resource):
    private: bool | None = None
    records: int | None = None
    comment: str = ""
    made_by: str = ""  # AWS service

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        id = required(item, "Id").removeprefix(PATH)
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            id=id,
            arn=text(item, "Arn") or _arn(scope.region, id),
            name=text(item, "Name").rstrip("."),
            private=flag(item, "Config", "PrivateZone"),
            records=whole(item, "ResourceRecordSetCount"),
            comment=text(item, "Config", "Comment"),
            made_by=text(item, "LinkedService", "ServicePrincipal"),
        )


def with_arn(items: list[dict[str, Any]], source: Source, scope: Scope) -> Iterable[Item]:
    """The zones with their "Arn", which this API does not tell and the tagging API knows them by."""
    return [item | {"Arn": _arn(source.region, text(item, "Id").removeprefix(PATH))} for item in items]


def _arn(region: str, id: str) -> str:
    return f"arn:{partition_of(region).id}:route53:::hostedzone/{id}"


RESOURCE_TYPE = ResourceType(
    name="hostedzones",
    title="Hosted zones",
    singular="Hosted zone",
    order=86,
    model=HostedZone,
    scope="global",
    call=Call("route53", "list_hosted_zones", "HostedZones[]", page_size=100),
    enrich=chain(with_arn, tagging.sweep("route53:hostedzone", "Arn", at_home=True)),
    actions=("route53:ListHostedZones", tagging.ACTION),
    columns=(
        Column("private", "Private", facet=True),
        Column("records", "Records", numeric=True),
        Column("comment", "Comment"),
        Column("made_by", "Made by", facet=True),
    ),
    console="https://us-east-1.console.aws.amazon.com/route53/v2/hostedzones#ListRecordSets/{id}",
    sample={
        "Id": "/hostedzone/Z0A1B2C3D4E5F6G7H8I9",
        "Name": "example.com.",
        "CallerReference": "5b0c2f1e-7a64-4c5d-9b1e-0d3f2a1b4c5d",
        "Config": {"Comment": "The shop", "PrivateZone": False},
        "ResourceRecordSetCount": 42,
        "Arn": "arn:aws:route53:::hostedzone/Z0A1B2C3D4E5F6G7H8I9",
        "Tags": [{"Key": "Team", "Value": "web"}],
    },
)
