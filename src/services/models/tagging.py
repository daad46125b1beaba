"""Tags of resources whose own list call does not carry them: one sweep of the tagging API per scope."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.models.base import Call, Enrich, Source
from services.models.partitions import partition_of
from services.models.scope import Scope
from services.models.values import Item, each, text

ACTION = "tag:GetResources"


def sweep(resource_type: str, arn_key: str, *, at_home: bool = False) -> Enrich:
    """An enrich step that gives each item its "Tags", matched by the ARN at `arn_key`.

    resource_type: as the tagging API names it, e.g. "lambda:function". It answers only for resources that
    have or once had tags, so an item that it does not name has none. at_home: of a global service, whose tags
    are told in one region of its partition.
    """
    call = Call(
        "resourcegroupstaggingapi",
        "get_resources",
        "ResourceTagMappingList[]",
        {"ResourceTypeFilters": [resource_type]},
        page_size=100,
    )

    def enrich(items: list[dict[str, Any]], source: Source, scope: Scope) -> Iterable[Item]:
        region = partition_of(source.region).home if items and at_home else None
        tags = _tags_by_arn(source.pages(call, region)) if items else {}
        return [item | {"Tags": tags.get(_bare(text(item, arn_key)), [])} for item in items]

    return enrich


def _tags_by_arn(pages: Iterable[Item]) -> dict[str, Any]:
    mappings = (mapping for page in pages for mapping in each(page, "ResourceTagMappingList"))
    return {_bare(text(mapping, "ResourceARN")): mapping.get("Tags") for mapping in mappings}


def _bare(arn: str) -> str:
    return arn.removesuffix(":*")  # log groups: with it in their own API, without it in this one
