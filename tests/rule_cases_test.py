"""Resources that rules once judged wrongly, with the verdict that AWS's documentation demands.

Each file in tests/cases/rules: a raw item, what else was collected, daily values, the cost that Cost Explorer
told, `expected` in words with its source, and `verdict`, which says the same so that it can be asserted:
is: finding, unknown or none, any of them; saving: USD a month to the cent, null for unknown; severity,
severity_not, confidence; has, lacks: in the finding's message or formula.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from services.cop.judge.facts import Facts, NotKnown
from services.cop.judge.inspection import judge, values_of
from services.cop.registry import RULES
from services.models import RESOURCE_TYPES
from services.models.domain.finding import Finding, Unknown, Verdict
from services.models.kit.base import Resource
from services.models.kit.scope import GLOBAL, Scope
from services.prices.prices_test import PRICES

CASES = sorted((Path(__file__).parent / "cases" / "rules").glob("*.json"))
CENT = Decimal("0.01")


class Around:
    """The account around a case's resource."""

    def __init__(self, case: Mapping[str, Any]) -> None:
        self.case = case
        others = [mapped(case, type, item) for type, item in case["others"]]
        self.known: dict[str, dict[str, Resource]] = {type: {} for type in case["collected_but_empty"]}
        for other in others:
            self.known.setdefault(other.type, {})[other.id] = other

    def others(self, type: str, region: str) -> Mapping[str, Resource]:
        if type not in self.known:
            raise NotKnown(f"{type} in {region} were not collected")
        return self.known[type]

    def values(self, type: str, region: str, field: str) -> frozenset[str]:
        return values_of(self.others(type, region).values(), field)

    anywhere = values

    def daily(self, _: Resource, metric: str, days: int) -> tuple[float | None, ...]:
        values = tuple(self.case["daily"].get(metric, ()))
        return ((None,) * days + values)[-days:]

    def asked(self, _: Resource) -> bool:
        return bool(self.case["asked"])


def mapped(case: Mapping[str, Any], type: str, item: Mapping[str, Any]) -> Resource:
    kind = RESOURCE_TYPES[type]
    region = GLOBAL if kind.scope == "global" else case["region"]
    return kind.model.from_aws(item, Scope(case["account"], region, type))


def verdict(case: Mapping[str, Any]) -> Verdict:
    rule, around = RULES[case["rule"]], Around(case)
    resource = mapped(case, case["type"], case["item"])
    if case["cost"] is not None:
        resource = replace(resource, cost=Decimal(case["cost"]))
    now = datetime.fromisoformat(case["now"])
    facts = Facts(now, rule.limits, PRICES, around, around.daily, around.asked)
    return judge(rule, resource, facts)


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_a_resource_is_judged_as_aws_documents_it(file: Path) -> None:
    case = json.loads(file.read_text(encoding="utf-8"))
    wanted, found = case["verdict"], verdict(case)
    kind = "finding" if isinstance(found, Finding) else "unknown" if isinstance(found, Unknown) else "none"
    assert kind in wanted["is"], (found, case["expected"])
    if isinstance(found, Finding):
        judged_right(found, RULES[case["rule"]].severity, wanted)


def judged_right(found: Finding, usual: str, wanted: Mapping[str, Any]) -> None:
    words = f"{found.message}\n{found.formula}"
    severity = found.severity or usual
    if "saving" in wanted:
        saving = None if found.saving is None else str(found.saving.quantize(CENT, ROUND_HALF_UP))
        assert saving == wanted["saving"], words
    assert severity == wanted.get("severity", severity)
    assert severity != wanted.get("severity_not")
    assert found.confidence == wanted.get("confidence", found.confidence)
    assert wanted.get("has", "") in words
    assert "lacks" not in wanted or wanted["lacks"] not in words
