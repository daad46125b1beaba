"""Steps of an `enrich`: further questions about the items of a list call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from services.models.base import Enrich, Source
from services.models.parallel import spread
from services.models.scope import Scope
from services.models.values import Item, at

AT_A_TIME = 8
NOT_OFFERED = "NotOffered"  # code of Polo's own: the service is not there in this region or partition
# error codes by which AWS says that a call is not allowed
DENIED = (
    "AccessDenied",
    "AccessDeniedException",
    "AllAccessDisabled",
    "AuthorizationError",
    "UnauthorizedOperation",
)


def chain(*steps: Enrich) -> Enrich:
    """One enrich step after the other."""

    def enrich(items: list[dict[str, Any]], source: Source, scope: Scope) -> Iterable[Item]:
        for step in steps:
            items = [dict(item) for item in step(items, source, scope)]
        return items

    return enrich


def for_each(ask: Callable[[dict[str, Any], Source], Item | None]) -> Enrich:
    """A step that asks about each item, eight at a time; one that is gone by now (None) is left out."""

    def enrich(items: list[dict[str, Any]], source: Source, scope: Scope) -> Iterable[Item]:
        return [item for item in spread(lambda item: ask(item, source), items, AT_A_TIME) if item is not None]

    return enrich


def described(
    service: str,
    operation: str,
    key: str,
    inside: str = "",
    *,
    gone: Sequence[str] = (),
    also: Item | None = None,
) -> Enrich:
    """A step that adds to each item what `operation` tells of it, asked by the item's own `key`.

    inside: where in the answer. gone: error codes of what no longer exists. also: further parameters.
    """

    def ask(item: dict[str, Any], source: Source) -> Item | None:
        asked = {key: item[key], **(also or {})}
        answer = source.call(service, operation, absent=gone, **asked)
        if answer is None:
            return None
        return item | dict((at(answer, inside) if inside else answer) or {})

    return for_each(ask)


def batches(values: Sequence[Any], size: int) -> Iterator[list[Any]]:
    """The values, at most so many at a time."""
    for start in range(0, len(values), size):
        yield list(values[start : start + size])


def without(item: Item, *keys: str) -> Item:
    """The item without what is large, or nobody's business."""
    return {key: value for key, value in item.items() if key not in keys}
