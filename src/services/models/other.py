"""Whatever else has tags: the shallow rows that the tagging API gives for types without a file here."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Self

import services.models as models  # RESOURCE_TYPES is complete only once this module is imported
from services.models.arn_formats import told_by
from services.models.kit import tagging
from services.models.kit.base import Call, Column, Resource, ResourceType, Source
from services.models.kit.record import model
from services.models.kit.scope import GLOBAL, Scope
from services.models.kit.values import Item, required, tags_of, text

ALSO_KNOWN = frozenset({("rds", "cluster-snapshot")})


@model
class Other(Resource):
    service: str = ""
    kind: str = ""

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        arn = required(item, "ResourceARN")
        told = told_by(arn)
        return cls.of(
            item,
            scope,
            tags=item.get("Tags"),
            region=told.region or GLOBAL,
            id=f"{told.service}:{told.resource}",
            arn=arn,
            name=tags_of(item.get("Tags")).get("Name", "") or told.name,
            service=told.service,
            kind=told.kind,
        )


def kind_of(arn: str) -> tuple[str, str]:
    """Service and kind, as the ARN tells them."""
    told = told_by(arn)
    return told.service, told.kind


@cache
def known() -> frozenset[tuple[str, str]]:
    """Service and kind of everything that has a type of its own."""
    kinds = (kind for kind in models.RESOURCE_TYPES.values() if kind.name != RESOURCE_TYPE.name)
    samples = (kind.model.from_aws(kind.sample, Scope("1", "us-east-1", kind.name)) for kind in kinds)
    return ALSO_KNOWN.union(kind_of(sample.arn) for sample in samples)


def unknown(items: list[dict[str, Any]], source: Source, scope: Scope) -> Iterable[Item]:
    """The items that no other type collects."""
    return [item for item in items if kind_of(text(item, "ResourceARN")) not in known()]


RESOURCE_TYPE = ResourceType(
    name="others",
    title="Other resources",
    singular="Other resource",
    order=900,
    model=Other,
    call=Call("resourcegroupstaggingapi", "get_resources", "ResourceTagMappingList[]", page_size=100),
    enrich=unknown,
    actions=(tagging.ACTION,),
    columns=(
        Column("service", "Service", facet=True),
        Column("kind", "Kind", mono=True, facet=True),
    ),
    console="https://{region}.console.aws.amazon.com/resource-groups/tag-editor/find-resources?region={region}",
    sample={  # of no service that AWS has: no type can take it
        "ResourceARN": "arn:aws:example:us-east-1:412233445883:thing/nightly",
        "Tags": [{"Key": "Team", "Value": "platform"}],
    },
)
