"""RESOURCE_TYPES: every resource type, found by its file. A new file here is a new type."""

from __future__ import annotations

import importlib
import pkgutil

from services.models.kit.base import ResourceType

NOT_TYPES = ("all", "base")  # `all` itself needs RESOURCE_TYPES


def _discover() -> dict[str, ResourceType]:
    found = []
    for module in pkgutil.iter_modules(__path__):
        if not module.ispkg and not module.name.endswith("_test") and module.name not in NOT_TYPES:
            kind = getattr(importlib.import_module(f"{__name__}.{module.name}"), "RESOURCE_TYPE", None)
            if kind is not None:
                found.append(kind)
    return {kind.name: kind for kind in sorted(found, key=lambda kind: kind.order)}


RESOURCE_TYPES: dict[str, ResourceType] = _discover()
