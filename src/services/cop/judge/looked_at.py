"""A stored document as a rule sees it: the model's fields, without the raw answer, at a third of the time.

A value of another type than its field's is what another version or a damaged store has left: nothing can be
said of that resource, and each rule says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import MISSING, Field, fields
from functools import cache, partial
from typing import Any, cast, get_type_hints

import msgspec

from services.models import RESOURCE_TYPES
from services.models.kit.base import Resource

MISTYPED = "_mistyped"  # a field of none of the models


def looked_at(type: str, document: bytes) -> Resource:
    """What the rules of this resource type read; equal in every field but `raw`, which is missing.

    `why_mistyped` tells of what has a value of another type than its field's.
    """
    try:
        return cast(Resource, _decoder(type).decode(document))
    except msgspec.ValidationError as error:
        found = _decoder(type, strict=False).decode(document)
        return cast(Resource, msgspec.structs.replace(found, **{MISTYPED: str(error)}))


def why_mistyped(resource: Resource) -> str:
    """Which field has a value of another type, as "Expected `int`, got `str` - at `$.size`"; "" for none."""
    return str(getattr(resource, MISTYPED, ""))


def all_looked_at(type: str, documents: Iterable[bytes]) -> Iterator[Resource]:
    """The same of many."""
    return map(partial(looked_at, type), documents)


@cache
def _decoder(type: str, *, strict: bool = True) -> msgspec.json.Decoder[Any]:
    model = RESOURCE_TYPES[type].model
    kinds = get_type_hints(model) if strict else {}
    shown = [_field(each, kinds.get(each.name, Any)) for each in fields(model) if each.name != "raw"]
    shown.append((MISTYPED, str, ""))
    seen = msgspec.defstruct(
        model.__name__, shown, namespace=dict(_properties(model)), gc=False, kw_only=True, frozen=True
    )
    return msgspec.json.Decoder(seen)


def _properties(model: type[Resource]) -> Iterator[tuple[str, Any]]:
    for each in reversed(model.__mro__):
        yield from ((name, value) for name, value in vars(each).items() if isinstance(value, property))


def _field(field: Field[Any], kind: Any) -> Any:
    if field.default_factory is not MISSING:
        return field.name, kind, msgspec.field(default_factory=field.default_factory)
    return (field.name, kind) if field.default is MISSING else (field.name, kind, field.default)
