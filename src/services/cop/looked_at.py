"""A stored document as a rule sees it: the model's fields, without the raw answer, at a third of the time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import MISSING, Field, fields
from decimal import Decimal
from functools import cache
from typing import Any, cast

import msgspec

from services.models import RESOURCE_TYPES
from services.models.base import Resource


def looked_at(type: str, document: bytes) -> Resource:
    """What the rules of this resource type read; equal in every field but `raw`, which is missing."""
    return cast(Resource, _decoder(type).decode(document))


def all_looked_at(type: str, documents: Iterable[bytes]) -> Iterator[Resource]:
    """The same of many."""
    return map(_decoder(type).decode, documents)


@cache
def _decoder(type: str) -> msgspec.json.Decoder[Any]:
    model = RESOURCE_TYPES[type].model
    shown = [_field(each) for each in fields(model) if each.name != "raw"]
    seen = msgspec.defstruct(
        model.__name__, shown, namespace=dict(_properties(model)), gc=False, kw_only=True, frozen=True
    )
    return msgspec.json.Decoder(seen)


def _properties(model: type[Resource]) -> Iterator[tuple[str, Any]]:
    for each in reversed(model.__mro__):
        yield from ((name, value) for name, value in vars(each).items() if isinstance(value, property))


def _field(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return field.name, Any, msgspec.field(default_factory=field.default_factory)
    if field.default is MISSING:
        return field.name, Any
    return field.name, _kind(field), field.default


def _kind(field: Field[Any]) -> Any:
    if field.name == "cost":
        return Decimal | None
    if not str(field.type).startswith("tuple"):
        return Any
    return tuple | None if field.default is None else tuple
