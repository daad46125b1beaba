"""Finding: what a rule answers of one resource."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from services.models.scope import Key

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
