"""Finding: what a rule answers of one resource, and what is remembered of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any, Literal, Self

from services.models.domain.costs import SPEND
from services.models.kit.scope import Key, Scope

Severity = Literal["critical", "high", "medium", "low", "info"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")
# certain: follows from what is configured. measured: from metrics. hint: from age or size only.
Confidence = Literal["certain", "measured", "hint"]
CONFIDENCES: tuple[Confidence, ...] = ("certain", "measured", "hint")


@dataclass(frozen=True)
class Finding:
    """Something is wrong with a resource.

    message: what, with the figures that led to it. saving: USD a month, None where none is known. formula:
    how the saving comes about. severity, confidence: where they are not the rule's own. about: the resource
    that it is about, where that is not the one looked at (an instance's group). covers: the resources that
    the saving deletes or changes beside that one, so that no other saving by them adds to it. Of what an
    account pays for a service no saving is known: the same dollars are those of its resources.
    """

    message: str
    saving: Decimal | None = None
    formula: str = ""
    severity: Severity | None = None
    confidence: Confidence | None = None
    about: Key | None = None
    covers: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Unknown:
    """A rule can't tell: a metric is missing, an API was denied. Never "ok", never "idle"."""

    reason: str


Verdict = Finding | Unknown | None
NEVER = "9999-12-31T00:00:00Z"  # as the end of a mute
EVERY_TYPE = ("*",)  # as a rule's types
TAGS_UNKNOWN = "its tags could not be read"


@dataclass(frozen=True, kw_only=True)
class RuleInfo:
    """What a rule says of itself. types: resource types that it looks at, EVERY_TYPE for all.

    limits: thresholds by name, as cop.toml may override them; those that end in "days" are whole days of 24
    hours. source: where the condition and the thresholds come from.
    """

    id: str
    title: str
    types: tuple[str, ...]
    severity: Severity
    confidence: Confidence
    why: str
    fix: str
    source: str
    limits: Mapping[str, Any] = field(default_factory=dict)


def without_data(rules: Iterable[RuleInfo], collected: Collection[str]) -> list[RuleInfo]:
    """The rules that had nothing to look at, for none of their resource types was ever collected.

    collected: resource types. Costs are asked for apart.
    """
    asked = [rule for rule in rules if rule.types != EVERY_TYPE and SPEND not in rule.types]
    return [rule for rule in asked if not {*rule.types} & {*collected}]


Status = Literal["open", "resolved"]


@dataclass(frozen=True)
class Entry:
    """A finding as it is remembered, from one inspection to the next.

    type, account, region, id: the resource it is about; tags are its own, for mutes. scope_type,
    scope_region: the scope that was looked at. saving: USD a month. first_seen: when it was opened, or last
    reopened; resolved: when it was found mended, "" while it is open; frozen: since when it can't be judged,
    "" while it can. All ISO 8601, UTC. reopened: how often it came back. covers: what the saving deletes or
    changes beside that resource.
    """

    rule: str
    type: str
    account: str
    region: str
    id: str
    name: str
    arn: str
    owner: str | None
    severity: Severity
    confidence: Confidence
    message: str
    saving: Decimal | None
    formula: str
    scope_type: str
    scope_region: str
    first_seen: str
    tags: Mapping[str, str]
    resolved: str = ""
    frozen: str = ""
    reopened: int = 0
    covers: tuple[Key, ...] = ()

    @property
    def status(self) -> Status:
        return "resolved" if self.resolved else "open"

    @property
    def key(self) -> Key:
        return Key(self.type, self.account, self.region, self.id)

    @property
    def scope(self) -> Scope:
        return Scope(self.account, self.scope_region, self.scope_type)

    def to_json(self) -> dict[str, Any]:
        return vars(self) | {"saving": None if self.saving is None else str(self.saving)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Fields that this version does not know are left out, so that a newer one's can be read; and the
        saving that an earlier one stored of what an account pays for a service.
        """
        known = {each.name: document[each.name] for each in fields(cls) if each.name in document}
        saving, covers = known.get("saving"), known.get("covers", ())
        if known.get("type") == SPEND:
            saving, known = None, known | {"formula": ""}
        typed = {
            "saving": None if saving is None else Decimal(saving),
            "covers": tuple(Key(*each) for each in covers),
        }
        return cls(**known | typed)


@dataclass(frozen=True)
class Mute:
    """Findings that nobody wants to hear of, until it expires. All conditions that are given must hold.

    arn, name: patterns with * and ?. tag: "key=value". created, expires: ISO 8601, UTC; NEVER for one
    that ships with Polo. A snooze is a mute of one finding for a short time.
    """

    id: str
    reason: str
    author: str
    created: str
    expires: str
    rule: str = ""
    account: str = ""
    region: str = ""
    arn: str = ""
    name: str = ""
    tag: str = ""

    @property
    def built_in(self) -> bool:
        """Whether it ships with Polo: nobody takes it back."""
        return self.expires == NEVER

    def covers(self, entry: Entry, now: str) -> bool:
        """now: ISO 8601, UTC."""
        key, _, value = self.tag.partition("=")
        return (
            now < self.expires
            and self.rule in ("", entry.rule)
            and self.account in ("", entry.account)
            and self.region in ("", entry.region)
            and (not self.arn or fnmatchcase(entry.arn, self.arn))
            and (not self.name or fnmatchcase(entry.name, self.name))
            and (not key or entry.tags.get(key) == value)
        )

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        return cls(**{each.name: document[each.name] for each in fields(cls) if each.name in document})
