"""RULES: every Cop rule, found by its file. A new file here is a new rule."""

from __future__ import annotations

import importlib
import pkgutil

from services.cop.rule import Rule


def _discover() -> dict[str, Rule]:
    modules = [module.name for module in pkgutil.iter_modules(__path__) if not module.name.endswith("_test")]
    found = [importlib.import_module(f"{__name__}.{name}").RULE for name in modules]
    return {rule.id: rule for rule in sorted(found, key=lambda rule: rule.id)}


RULES: dict[str, Rule] = _discover()
