"""What the reports' examples are made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from services.cop.judge.rule import ago
from services.models.domain.finding import Entry
from services.models.kit.base import Resource

ACCOUNT, REGION = "412233445883", "us-east-1"  # of `rule.example`


def entry(rule: str, resource: Resource, **changes: Any) -> Entry:
    """A finding on the resource, two days old."""
    usual: dict[str, Any] = {
        "name": resource.name,
        "arn": resource.arn,
        "owner": resource.whose,
        "severity": "high",
        "confidence": "certain",
        "message": "it is so",
        "saving": Decimal("12.50"),
        "formula": "…",
        "scope_type": resource.type,
        "scope_region": resource.region,
        "first_seen": ago(2),
        "tags": {},
    }
    place = (resource.type, resource.account, resource.region, resource.id)
    return Entry(rule, *place, **usual | changes)
