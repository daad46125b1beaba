"""What every rule promises, by being registered."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import get_args

import pytest

from services.cop.facts import Facts, NotKnown
from services.cop.inspection import judge
from services.cop.registry import RULES
from services.cop.rule import NOW, UNSTATED, Example, Rule
from services.models import RESOURCE_TYPES
from services.models.base import Resource, ResourceType
from services.models.costs import SPEND
from services.models.finding import EVERY_TYPE, SEVERITIES, Confidence, Finding, Unknown, Verdict
from services.prices import prices


class Around:
    """The account around an example; a rule that asks for what it does not declare fails here."""

    def __init__(self, example: Example, rule: Rule) -> None:
        self.example = example
        self.rule = rule

    def others(self, type: str, region: str) -> Mapping[str, Resource]:
        assert type in self.rule.looks_up
        found = {each.id: each for each in self.example.others if each.type == type}
        if not found:
            raise NotKnown(f"{type} were not collected")
        return found

    def daily(self, _: Resource, metric: str, days: int) -> tuple[float | None, ...]:
        assert metric in self.rule.metrics
        values = self.example.daily.get(metric, ())
        return ((None,) * days + values)[-days:]

    def asked(self, _: Resource) -> bool:
        return self.example.asked


def verdict(rule: Rule, example: Example) -> Verdict:
    around = Around(example, rule)
    return judge(
        rule, example.resource, Facts(NOW, rule.limits, prices(), around, around.daily, around.asked)
    )


def cases(kind: str) -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.id}-{number}")
        for rule in RULES.values()
        for number, example in enumerate(getattr(rule, kind))
    ]


@pytest.mark.parametrize(("rule", "example"), cases("good"))
def test_a_good_example_has_no_finding(rule: Rule, example: Example) -> None:
    assert verdict(rule, example) is None


@pytest.mark.parametrize(("rule", "example"), cases("bad"))
def test_a_bad_example_has_a_finding(rule: Rule, example: Example) -> None:
    found = verdict(rule, example)
    assert isinstance(found, Finding)
    assert found.message
    assert found.saving is None or (found.saving > 0 and found.formula)
    if example.saving is not UNSTATED:
        assert to_the_cent(found.saving) == example.saving
    if example.severity:
        assert (found.severity or rule.severity) == example.severity


def to_the_cent(saving: Decimal | None) -> Decimal | None:
    return None if saving is None else saving.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize(("rule", "example"), [*cases("good"), *cases("unknown")])
def test_only_a_bad_example_states_a_saving_or_a_severity(rule: Rule, example: Example) -> None:
    assert example.saving is UNSTATED
    assert example.severity is None


@pytest.mark.parametrize(("rule", "example"), cases("unknown"))
def test_what_is_not_known_is_neither_good_nor_bad(rule: Rule, example: Example) -> None:
    assert isinstance(verdict(rule, example), Unknown)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_explains_itself(rule: Rule) -> None:
    assert rule.severity in SEVERITIES
    assert rule.confidence in get_args(Confidence)
    assert all((rule.title, rule.why, rule.fix, rule.source, rule.good, rule.bad))
    for name in (*(rule.types if rule.types != EVERY_TYPE else ()), *rule.looks_up):
        assert name in RESOURCE_TYPES or name == SPEND


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.metrics], ids=lambda rule: rule.id)
def test_a_rule_that_needs_metrics_has_an_example_without_them(rule: Rule) -> None:
    assert any(not example.daily for example in rule.unknown)


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.metrics], ids=lambda rule: rule.id)
def test_a_rule_asks_for_metrics_that_are_collected(rule: Rule) -> None:
    kinds = [RESOURCE_TYPES[name] for name in rule.types]
    assert {*rule.metrics} <= {each.key for kind in kinds for each in (*kind.metrics, *kind.readings)}


@pytest.mark.parametrize(
    "kind", [each for each in RESOURCE_TYPES.values() if each.has_daily], ids=lambda kind: kind.name
)
def test_what_is_collected_each_day_a_rule_asks_for(kind: ResourceType) -> None:
    asked = {metric for rule in RULES.values() if kind.name in rule.types for metric in rule.metrics}
    assert {each.key for each in (*kind.metrics, *kind.readings)} <= asked, "each series costs money"
