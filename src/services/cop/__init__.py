"""RULES: every Cop rule, found by its file. A new file in rules/ is a new rule."""

from __future__ import annotations

import importlib
import pkgutil

from services.cop import rules
from services.cop.rule import Rule


def _discover() -> dict[str, Rule]:
    modules = pkgutil.iter_modules(rules.__path__, f"{rules.__name__}.")
    found = [getattr(importlib.import_module(name), "RULE", None) for _, name, _ in modules]
    return {rule.id: rule for rule in sorted(filter(None, found), key=lambda rule: rule.id)}


RULES: dict[str, Rule] = _discover()
