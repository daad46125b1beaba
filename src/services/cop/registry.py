"""RULES: every Cop rule, found by its file. A new file in services/cop/rules is a new rule."""

from __future__ import annotations

import importlib
import pkgutil

from services.cop import rules
from services.cop.judge.rule import Rule


def _discover() -> dict[str, Rule]:
    names = [module.name for module in pkgutil.iter_modules(rules.__path__)]
    found = [importlib.import_module(f"{rules.__name__}.{name}").RULE for name in names]
    return {rule.id: rule for rule in sorted(found, key=lambda rule: rule.id)}


RULES: dict[str, Rule] = _discover()
