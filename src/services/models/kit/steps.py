"""Steps of an `enrich`: further questions about the items of a list call (see questions.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import services.models as models  # RESOURCE_TYPES is complete only once this module is imported
from services.models.kit.base import Enrich, Source
from services.models.kit.error_codes import GONE
from services.models.kit.parallel import spread
from services.models.kit.questions import Gone, Questions
from services.models.kit.scope import Scope
from services.models.kit.values import Item, at, each, text

AT_A_TIME = 8
Items = list[dict[str, Any]]


def chain(*steps: Enrich) -> Enrich:
    """One enrich step after the other."""

    def enrich(items: Items, source: Source, scope: Scope) -> Iterable[Item]:
        for step in steps:
            items = [dict(item) for item in step(items, source, scope)]
        return items

    return enrich


def for_each(ask: Callable[[dict[str, Any], Questions], Item]) -> Enrich:
    """A step that asks about each item, eight at a time. One that is gone by now is left out."""
    return expanded(lambda item, questions: [ask(item, questions)])


def expanded(ask: Callable[[dict[str, Any], Questions], Iterable[Item]]) -> Enrich:
    """A step that asks about each item what items there are in it, eight at a time."""

    def enrich(items: Items, source: Source, scope: Scope) -> Iterable[Item]:
        dead: dict[tuple[str, str | None], str] = {}
        home = home_of(scope)

        def answered(item: dict[str, Any]) -> list[Item]:
            questions = Questions(source, home, dead=dead)
            try:
                return [questions.mark(found) for found in [*ask(item, questions)]]
            except Gone:
                return []

        return [item for found in spread(answered, items, AT_A_TIME) for item in found]

    return enrich


def for_all(ask: Callable[[Items, Questions, Scope], Iterable[Item]]) -> Enrich:
    """A step that asks once about all items; of nothing it does not ask. What fails is unknown of each."""

    def enrich(items: Items, source: Source, scope: Scope) -> Iterable[Item]:
        if not items:
            return []
        questions = Questions(source, home_of(scope), one=False)
        return [questions.mark(item) for item in [*ask(items, questions, scope)]]

    return enrich


def in_batches(size: int, ask: Callable[[Items, Questions], Iterable[Item]], *, by: str = "") -> Enrich:
    """A step that asks about so many items at a time, eight times at once.

    by: a key; only items that have the same value there are asked about together. Where a question fails,
    which one of them can decide, each is asked about by itself; once nobody of a batch is answered so, that
    is not tried again.
    """

    def enrich(items: Items, source: Source, scope: Scope) -> Iterable[Item]:
        home, one_by_one = home_of(scope), True

        def answered(some: Items) -> list[Item]:
            nonlocal one_by_one
            found, failed = _answered(some, ask, Questions(source, home))
            if failed and len(some) > 1 and one_by_one:
                alone = [_answered([item], ask, Questions(source, home)) for item in some]
                one_by_one = not all(failed for _, failed in alone)
                return [item for each, _ in alone for item in each]
            return found

        groups: defaultdict[str, Items] = defaultdict(list)
        for item in items:
            groups[text(item, by) if by else ""].append(item)
        asked = [some for group in groups.values() for some in batches(group, size)]
        return [item for found in spread(answered, asked, AT_A_TIME) for item in found]

    return enrich


def _answered(
    items: Items, ask: Callable[[Items, Questions], Iterable[Item]], questions: Questions
) -> tuple[list[Item], bool]:
    """The items with their answers and marks, and whether the question failed."""
    questions.one = len(items) == 1
    try:
        answered = [questions.mark(item) for item in [*ask(items, questions)]]
    except Gone:
        return [], False
    return answered, bool(questions.denied or questions.unanswered)


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

    inside: where in the answer. gone: codes of what no longer exists, beside GONE. also: further parameters.
    """

    def ask(item: dict[str, Any], questions: Questions) -> Item:
        asked = {key: item[key], **(also or {})}
        answer = questions.call(service, operation, gone=(*GONE, *gone), **asked)
        if answer is None:
            return item
        told = at(answer, inside) if inside else without(answer, "ResponseMetadata")
        if not isinstance(told, Mapping) or not told:
            questions.odd(service, operation)
            return item
        return {**item, **told, key: item[key]}

    return for_each(ask)


def all_told(
    items: Items, answer: Item | None, inside: str, key: str, questions: Questions, asked: tuple[str, str]
) -> Iterable[Item]:
    """What an answer about several items tells of each, in a list `inside`; else the items as they are.

    key: what names an item; only what stands after its last slash, for ARNs come in two forms. An item that
    the answer has not, and does not name among its "failures" as missing, was not answered. asked: service
    and operation.
    """
    if answer is None:
        return items
    told = {_name(one, key): one for one in each(answer, inside)}
    missing = {
        text(one, "arn").rpartition("/")[2]
        for one in each(answer, "failures")
        if text(one, "reason") == "MISSING"
    }
    if len(told) >= len(items) - len(missing):
        return told.values()
    questions.odd(*asked)
    known = told.keys() | missing
    return [*told.values(), *(item for item in items if _name(item, key) not in known)]


def _name(item: Item, key: str) -> str:
    return text(item, key).rpartition("/")[2]


def home_of(scope: Scope) -> str:
    """The service that the scope's list is asked of."""
    kind = models.RESOURCE_TYPES.get(scope.type)
    return kind.call.service if kind else ""


def batches(values: Sequence[Any], size: int) -> Iterator[list[Any]]:
    """The values, at most so many at a time."""
    for start in range(0, len(values), size):
        yield list(values[start : start + size])


def without(item: Item, *keys: str) -> Item:
    """The item without what is large, or nobody's business."""
    return {key: value for key, value in item.items() if key not in keys}
