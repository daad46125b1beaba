"""Limits: the rules' thresholds, with what cop.toml overrides, for everything or by account or tag."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from errors import SettingsError
from services.cop.rule import Rule
from services.models.base import Resource

FILE = Path(__file__).resolve().parent.parent.parent / "cop.toml"
OTHER = ("override", "route")  # tables that are no rule's
WHERE = ("account", "tag")  # keys of an override that say where it holds


@dataclass(frozen=True)
class Override:
    """values of a rule's limits, for the resources of `account` that have `tag` ("key=value"), "" for any."""

    rule: str
    values: Mapping[str, Any]
    account: str = ""
    tag: str = ""

    def holds(self, resource: Resource) -> bool:
        key, _, value = self.tag.partition("=")
        return self.account in ("", resource.account) and (not key or resource.tags.get(key) == value)


@dataclass(frozen=True)
class Limits:
    overrides: tuple[Override, ...] = ()

    def of(self, rule: Rule, resource: Resource) -> Mapping[str, Any]:
        """The rule's limits for the resource; of two overrides of one limit the later one holds."""
        values = dict(rule.limits)
        for override in self.overrides:
            if override.rule == rule.id and override.holds(resource):
                values |= override.values
        return values

    def usual(self, rule: Rule) -> Mapping[str, Any]:
        """The rule's limits where no account or tag has its own."""
        values = dict(rule.limits)
        for override in self.overrides:
            if override.rule == rule.id and not override.account and not override.tag:
                values |= override.values
        return values

    def overridden(self, rule: Rule) -> bool:
        return any(override.rule == rule.id for override in self.overrides)


def read_limits(file: Path, rules: Mapping[str, Rule]) -> Limits:
    """What cop.toml says. Raises SettingsError that names the rule, the limit or the line."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Limits()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: {error}", "mend the file, or empty it") from None
    return Limits(tuple(_overrides(content, rules)))


def _overrides(content: Mapping[str, Any], rules: Mapping[str, Rule]) -> Iterable[Override]:
    """[EC2-IDLE] tables hold everywhere; each [[override]] names its rule and where it holds."""
    tables = [{"rule": id, **table} for id, table in content.items() if id not in OTHER]
    for table in (*tables, *content.get("override", ())):
        id = table.get("rule", "")
        if id not in rules:
            raise SettingsError(f"cop.toml names rule {id!r}", f"one of {', '.join(rules)}")
        values = {name: value for name, value in table.items() if name not in ("rule", *WHERE)}
        for name, value in values.items():
            _check(rules[id], name, value)
        yield Override(id, values, *(str(table.get(name, "")) for name in WHERE))


def _check(rule: Rule, name: str, value: Any) -> None:
    if name not in rule.limits:
        raise SettingsError(
            f"cop.toml sets {name!r} of {rule.id}", f"one of {', '.join(rule.limits) or '(none)'}"
        )
    usual = rule.limits[name]
    if not _alike(usual, value):
        raise SettingsError(f"cop.toml sets {name} of {rule.id} to {value!r}", f"a value like {usual!r}")


def _alike(usual: Any, value: Any) -> bool:
    """Numbers for a number, lists for a tuple, else the same type."""
    if isinstance(usual, (int, float)):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, list if isinstance(usual, tuple) else type(usual))
