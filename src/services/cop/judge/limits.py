"""Limits: the rules' thresholds, with what cop.toml overrides, for everything or by account or tag."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any

from errors import SettingsError
from services.cop.judge.rule import Rule
from services.models.domain.daily import KEPT
from services.models.kit.base import Resource

FILE = Path(__file__).resolve().parent.parent.parent.parent / "cop.toml"
OTHER = ("override", "route")  # tables that are no rule's
MOST_DAYS = 3650  # of a rule that needs no daily values; of those, KEPT are kept
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
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}", "make it readable") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: {error}", "mend the file, or empty it") from None
    return Limits(tuple(_overrides(content, rules)))


def _overrides(content: Mapping[str, Any], rules: Mapping[str, Rule]) -> Iterable[Override]:
    """[EC2-IDLE] tables hold everywhere; each [[override]] names its rule and where it holds."""
    overrides = content.get("override", [])
    if not isinstance(overrides, list) or not all(isinstance(table, Mapping) for table in overrides):
        raise SettingsError("cop.toml: override is no list of tables", "write [[override]] above each")
    for id, table in content.items():
        if id not in OTHER and not isinstance(table, Mapping):
            raise SettingsError(f"cop.toml: {id} is no table", f"write [{id}] above its limits")
    tables = [{"rule": id, **table} for id, table in content.items() if id not in OTHER]
    for table in (*tables, *overrides):
        yield _override(table, rules)


def _override(table: Mapping[str, Any], rules: Mapping[str, Rule]) -> Override:
    id, tag = str(table.get("rule", "")), str(table.get("tag", ""))
    if id not in rules:
        raise SettingsError(f"cop.toml names rule {id!r}", f"one of {', '.join(rules)}")
    if tag and not tag.partition("=")[1]:
        raise SettingsError(f"cop.toml overrides {id} for tag {tag!r}", "write it as Key=Value")
    values = {name: value for name, value in table.items() if name not in ("rule", *WHERE)}
    for name, value in values.items():
        _check(rules[id], name, value)
    return Override(id, values, str(table.get("account", "")), tag)


def _check(rule: Rule, name: str, value: Any) -> None:
    if name not in rule.limits:
        raise SettingsError(
            f"cop.toml sets {name!r} of {rule.id}", f"one of {', '.join(rule.limits) or '(none)'}"
        )
    wanted = _wanted(rule, name, value)
    if wanted:
        raise SettingsError(f"cop.toml sets {name} of {rule.id} to {value!r}", wanted)


def _wanted(rule: Rule, name: str, value: Any) -> str:
    """What a limit must be where the value is not it, else ""."""
    usual = rule.limits[name]
    if name.endswith("days"):
        most = KEPT if rule.metrics else MOST_DAYS
        whole = isinstance(value, int) and not isinstance(value, bool)
        return (
            ""
            if whole and 1 <= value <= most
            else f"a whole number of days from 1 to {most}, such as {usual}"
        )
    if isinstance(usual, (int, float)):
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return "" if number and 0 <= value < inf else f"a number from 0 on, such as {usual}"
    if isinstance(usual, tuple):
        texts = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return "" if texts else f"a list of texts, such as {list(usual)}"
    patterns = isinstance(value, Mapping) and all(map(_is_pattern, value.values()))
    return "" if patterns else f"a table of regular expressions, such as {dict(usual)}"


def _is_pattern(value: Any) -> bool:
    try:
        re.compile(value)
    except (re.error, TypeError):
        return False
    return isinstance(value, str)
