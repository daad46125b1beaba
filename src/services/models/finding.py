"""Finding: what a rule answers of one resource, and what is remembered of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any, Literal, Self

from services.models.scope import Key, Scope

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
    that it is about, where that is not the one looked at (an instance's group).
    """

    message: str
    saving: Decimal | None = None
    formula: str = ""
    severity: Severity | None = None
    confidence: Confidence | None = None
    about: Key | None = None


@dataclass(frozen=True)
class Unknown:
    """A rule can't tell: a metric is missing, an API was denied. Never "ok", never "idle"."""

    reason: str


Verdict = Finding | Unknown | None

Status = Literal["open", "resolved"]


@dataclass(frozen=True)
class Entry:
    """A finding as it is remembered, from one inspection to the next.

    type, account, region, id: the resource it is about. scope_type, scope_region: the scope that was looked
    at. saving: USD a month. first_seen: when it was opened, or last reopened; resolved: when it was found
    mended, "" while it is open; frozen: since when it can't be judged, "" while it can. All ISO 8601, UTC.
    reopened: how often it came back.
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
    resolved: str = ""
    frozen: str = ""
    reopened: int = 0

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
        return asdict(self) | {"saving": None if self.saving is None else str(self.saving)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Fields that this version does not know are left out, so that a newer one's can be read."""
        known = {field.name: document[field.name] for field in fields(cls) if field.name in document}
        saving = known.get("saving")
        return cls(**known | {"saving": None if saving is None else Decimal(saving)})
