"""The one collector of every type: page a list call, take the items out, map them, look up their price."""

from __future__ import annotations

from functools import cache
from typing import Any

import jmespath

from errors import CollectError
from services.costs.resource_costs import priced
from services.costs.resource_level import Told, nothing_told
from services.models.kit.base import Resource, ResourceType, Source
from services.models.kit.error_codes import NOT_OFFERED
from services.models.kit.scope import Scope
from services.models.kit.values import Item
from services.prices import prices


def collect(
    kind: ResourceType, scope: Scope, source: Source, told: Told = nothing_told
) -> tuple[Resource, ...]:
    """All resources of the scope, sorted by id, each id once; none where AWS does not offer the service.

    told: what Cost Explorer says that one costs.

    Raises CollectError when a call fails, or an item can't be mapped: half a scope would look as if the
    other half had vanished.
    """
    find = _expression(kind.call.items).search
    items: list[Any] = []
    try:
        for page in source.pages(kind.call):
            items += find(page) or ()
    except CollectError as error:
        if error.code != NOT_OFFERED:
            raise
    enriched = kind.enrich(items, source, scope) if kind.enrich else items
    found = {resource.id: resource for resource in (_map(kind, item, scope, told) for item in enriched)}
    return tuple(found[id] for id in sorted(found))


def _map(kind: ResourceType, item: Item, scope: Scope, told: Told) -> Resource:
    try:
        return priced(kind.model.from_aws(item, scope), prices(), told)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        reason = f"{type(error).__name__} {error}"
        raise CollectError(f"{kind.call.operation} answered what {kind.name} can't read: {reason}") from error


@cache
def _expression(path: str) -> Any:
    return jmespath.compile(path)
