"""Rule: a pure function from a resource to a verdict, with all that its page and its tests need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from services.cop.judge.facts import Facts
from services.models import RESOURCE_TYPES
from services.models.domain.finding import EVERY_TYPE, Confidence, RuleInfo, Severity, Verdict
from services.models.kit.base import Resource
from services.models.kit.scope import GLOBAL, Scope
from services.models.kit.values import iso

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)  # of every example
Check = Callable[[Any, Facts], Verdict]  # the resource is of the rule's own model


class Unstated(Enum):
    UNSTATED = "not stated"


UNSTATED = Unstated.UNSTATED


@dataclass(frozen=True)
class Example:
    """A resource that the rule's page shows and its test judges, as of NOW.

    others: what else is in its account. daily: metric key -> the last days' values, oldest first. asked:
    whether CloudWatch was asked for them. Of a bad one also saving: USD a month to the cent, None where it
    must be unknown; and severity and confidence, the rule's own included. says: words of the
    finding's message, or of why it is unknown.
    """

    resource: Resource
    others: tuple[Resource, ...] = ()
    daily: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    asked: bool = False
    saving: Decimal | Unstated | None = UNSTATED
    severity: Severity | None = None
    confidence: Confidence | None = None
    says: str = ""


@dataclass(frozen=True, kw_only=True)
class Rule(RuleInfo):
    """looks_up: other resource types that it asks `Facts` for. metrics: keys that it asks for. touches: types
    of what its savings delete or change beside the resource that a finding is about, as `Finding.covers` has
    them; a rule that looks up others and knows a saving states it, also where there is nothing.

    good, bad, unknown: examples that it has nothing to say of, that it flags, that it can't judge.
    """

    check: Check
    good: tuple[Example, ...]
    bad: tuple[Example, ...]
    unknown: tuple[Example, ...] = ()
    looks_up: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    touches: tuple[str, ...] | None = None

    def covers(self, type: str) -> bool:
        """Whether it looks at resources of this type; a pseudo-resource only when it names its type."""
        return type in (RESOURCE_TYPES if self.types == EVERY_TYPE else self.types)


def example(type: str, **changes: Any) -> Any:
    """The sample of a resource type, changed in some fields."""
    return replace(_sample(type), **changes)


@cache  # a rule shows several, and all of them are made by a cold start
def _sample(type: str) -> Any:
    kind = RESOURCE_TYPES[type]
    scope = Scope("412233445883", GLOBAL if kind.scope == "global" else "us-east-1", type)
    return kind.model.from_aws(kind.sample, scope)


def ago(days: float) -> str:
    """The moment that many days before NOW, ISO 8601, UTC."""
    return iso(NOW - timedelta(days=days)) or ""
