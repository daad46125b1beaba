"""A stored document as a rule sees it: the model's fields, without the raw answer, at a third of the time."""

from __future__ import annotations

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


@cache
def _decoder(type: str) -> msgspec.json.Decoder[Any]:
    model = RESOURCE_TYPES[type].model
    shown = [_field(each) for each in fields(model) if each.name != "raw"]
    return msgspec.json.Decoder(msgspec.defstruct(model.__name__, shown, gc=False, kw_only=True, frozen=True))


def _field(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return field.name, Any, msgspec.field(default_factory=field.default_factory)
    if field.default is MISSING:
        return field.name, Any
    kind = Decimal | None if field.name == "cost" else tuple if isinstance(field.default, tuple) else Any
    return field.name, kind, field.default
