"""Tags of resources whose own list call does not carry them: one sweep of the tagging API per scope."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from services.models.kit.base import Call, Enrich
from services.models.kit.partitions import partition_of
from services.models.kit.questions import Questions
from services.models.kit.scope import Scope
from services.models.kit.steps import Items, for_all
from services.models.kit.values import Item, is_item, text

ACTION = "tag:GetResources"


def sweep(
    resource_type: str,
    arn_key: str,
    *,
    at_home: bool = False,
    arn: Callable[[Item, Scope], str] = lambda item, scope: "",
) -> Enrich:
    """An enrich step that gives each item its "Tags", matched by the ARN at `arn_key`; None: unknown.

    resource_type: as the tagging API names it, e.g. "lambda:function". It answers only for resources that
    have or once had tags, so an item that it does not name has none. at_home: of a global service, whose tags
    are told in one region of its partition. arn: that of an item that does not tell it.
    """
    call = Call(
        "resourcegroupstaggingapi",
        "get_resources",
        "ResourceTagMappingList[]",
        {"ResourceTypeFilters": [resource_type]},
        page_size=100,
    )

    def with_tags(items: Items, questions: Questions, scope: Scope) -> Iterable[Item]:
        region = partition_of(questions.source.region).home if at_home else None
        mappings = questions.listed(call, region=region)
        if mappings is None:
            return [item | {"Tags": None} for item in items]
        tags = {_bare(text(one, "ResourceARN")): one.get("Tags") for one in mappings if is_item(one)}
        return [
            item | {"Tags": tags.get(_bare(text(item, arn_key) or arn(item, scope)), [])} for item in items
        ]

    return for_all(with_tags)


def _bare(arn: str) -> str:
    return arn.removesuffix(":*")  # log groups: with it in their own API, without it in this one
