"""What every rule promises, by being registered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from decimal import ROUND_HALF_UP, Decimal
from math import prod
from typing import Any, get_args

import pytest

from services.cop.judge.facts import Facts, NotKnown
from services.cop.judge.inspection import judge, key_of, values_of
from services.cop.judge.looked_at import looked_at
from services.cop.judge.rule import NOW, UNSTATED, Example, Rule
from services.cop.registry import RULES
from services.models import RESOURCE_TYPES
from services.models.domain.costs import SPEND
from services.models.domain.finding import EVERY_TYPE, SEVERITIES, Confidence, Finding, Unknown, Verdict
from services.models.everything.line import dump
from services.models.kit.base import Resource, ResourceType
from services.models.kit.scope import Key
from services.prices.prices_test import PRICES

DATED = "dates are those of a table; its test judges each product on the days around each of them"
A_LITTLE = 1e-5  # of a limit
NO_BOUNDARY = {  # rule and limit -> why no example can stand there
    ("ECR-NOLIFECYCLE", "days"): "of the last pull the month is known, not the day",
    ("ENGINE-EOL", "warn_days"): DATED,
    ("LAMBDA-RUNTIME", "warn_days"): DATED,
    ("RDS-EXTENDED", "warn_days"): DATED,
}
COMMON = frozenset(field.name for field in fields(Resource))
# rule and field whose None says that there is none, or never was
NONE_IS_TOLD = {
    ("IAM-ROOT", "root_used"),  # whose summary has no marks
    ("LAMBDA-WASTE", "memory"),  # which the list of functions always tells
    ("LAMBDA-WASTE", "timeout"),
    ("RDS-PUBLIC", "public"),  # of a cluster, whose members tell it
}
SIGNED = re.compile(r"(?:^| )([+-]) (.+?)(?= [+-] |$)")
NUMBER = re.compile(r"(?<![\w.])\$?(\d[\d,]*(?:\.\d+)?)(?![\w])( %)?")


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

    def values(self, type: str, region: str, field: str) -> frozenset[str]:
        return values_of(self.others(type, region).values(), field)

    anywhere = values

    def daily(self, _: Resource, metric: str, days: int) -> tuple[float | None, ...]:
        assert metric in self.rule.metrics
        values = self.example.daily.get(metric, ())
        return ((None,) * days + values)[-days:]

    def asked(self, _: Resource) -> bool:
        return self.example.asked


def verdict(rule: Rule, example: Example, limits: Mapping[str, Any] | None = None) -> Verdict:
    around = Around(example, rule)
    facts = Facts(NOW, limits or rule.limits, PRICES, around, around.daily, around.asked)
    return judge(rule, example.resource, facts)


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
    assert example.says in found.message
    assert found.saving is None or (found.saving > 0 and found.formula)
    if example.saving is not UNSTATED:
        assert to_the_cent(found.saving) == example.saving
    if example.severity:
        assert (found.severity or rule.severity) == example.severity
    if example.confidence:
        assert (found.confidence or rule.confidence) == example.confidence


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rules_examples_state_every_saving_and_every_severity(rule: Rule) -> None:
    found = [(example, verdict(rule, example)) for example in rule.bad]
    judged = [(example, each) for example, each in found if isinstance(each, Finding)]
    for example, each in judged:
        assert each.saving is None or example.saving is not UNSTATED, "state its dollars"
    assert {each.severity or rule.severity for _, each in judged} == {each.severity for each in rule.bad} - {
        None
    }


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_whose_confidence_depends_has_an_example_of_each(rule: Rule) -> None:
    """Savings of hints are added up apart."""
    found = [verdict(rule, example) for example in rule.bad]
    stated = {each.confidence for each in rule.bad} - {None}
    judged = {each.confidence or rule.confidence for each in found if isinstance(each, Finding)}
    assert stated == judged or (judged == {rule.confidence} and not stated)


def nudged(rule: Rule, name: str) -> Iterator[Mapping[str, Any]]:
    """The limits with one of them a little higher and lower; by a day, too, where it counts days."""
    value = rule.limits[name]
    steps = (value * A_LITTLE, -value * A_LITTLE, *((1, -1) if name.endswith("days") else ()))
    yield from (rule.limits | {name: value + step} for step in steps)


LIMITS = [
    pytest.param(rule, name, id=f"{rule.id}-{name}")
    for rule in RULES.values()
    for name, value in rule.limits.items()
    if isinstance(value, (int, float)) and (rule.id, name) not in NO_BOUNDARY
]


@pytest.mark.parametrize(("rule", "name"), LIMITS)
def test_examples_stand_on_both_sides_of_a_limit(rule: Rule, name: str) -> None:
    """One is judged otherwise as soon as the limit moves: its figure stands at it, or just beyond."""

    def outcome(example: Example, limits: Mapping[str, Any]) -> tuple[str, str | None] | None:
        try:
            found = verdict(rule, example, limits)
        except TypeError:
            assert name.endswith("days"), "a limit that cop.toml may have as a fraction"
            return None  # a part of a day, where days are counted
        return type(found).__name__, found.severity if isinstance(found, Finding) else None

    examples = (*rule.good, *rule.bad, *rule.unknown)
    usual = [outcome(example, rule.limits) for example in examples]
    others = ([outcome(example, limits) for example in examples] for limits in nudged(rule, name))
    moved = (one for other in others for one in zip(usual, other, strict=True))
    assert any(before != after for before, after in moved if after is not None)


def to_the_cent(saving: Decimal | None) -> Decimal | None:
    return None if saving is None else saving.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize(("rule", "example"), [*cases("good"), *cases("unknown")])
def test_only_a_bad_example_states_a_saving_or_a_severity(rule: Rule, example: Example) -> None:
    assert example.saving is UNSTATED
    assert example.severity is None and example.confidence is None


@pytest.mark.parametrize(("rule", "example"), cases("unknown"))
def test_what_is_not_known_is_neither_good_nor_bad(rule: Rule, example: Example) -> None:
    found = verdict(rule, example)
    assert isinstance(found, Unknown)
    assert found.reason
    assert example.says in found.reason


STORED = [
    pytest.param(rule, example, id=f"{rule.id}-{number}")
    for rule in RULES.values()
    if SPEND not in rule.types
    for number, example in enumerate((*rule.good, *rule.bad, *rule.unknown))
]


def stored(resource: Resource) -> Resource:
    return looked_at(resource.type, dump(resource.to_json()).encode())


@pytest.mark.parametrize(("rule", "example"), STORED)
def test_a_stored_document_is_judged_as_the_model_is(rule: Rule, example: Example) -> None:
    """An inspection has no models: their classes mean nothing to it, nor does it have the raw answer."""
    seen = replace(example, resource=stored(example.resource), others=tuple(map(stored, example.others)))
    assert verdict(rule, seen) == verdict(rule, example)


@pytest.mark.parametrize(("rule", "example"), cases("bad"))
def test_what_was_not_answered_makes_nothing_fine(rule: Rule, example: Example) -> None:
    """Any field of a question that was denied is None, a text or a list as well."""
    resource = example.resource
    for field in fields(resource):
        if field.name in COMMON or not str(field.type).endswith("None"):
            continue
        found = verdict(rule, replace(example, resource=replace(resource, **{field.name: None})))
        assert found is not None or (rule.id, field.name) in NONE_IS_TOLD, field.name


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


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES.values() if SPEND in rule.types], ids=lambda rule: rule.id
)
def test_what_is_paid_for_a_service_is_no_saving(rule: Rule) -> None:
    """The same dollars are what its resources cost, of which others know a saving."""
    assert rule.bad
    assert not with_a_saving(rule)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_saving_is_what_its_formula_comes_to(rule: Rule) -> None:
    for _, found in with_a_saving(rule):
        assert found.saving is not None
        if "Cost Explorer tells" not in found.formula:
            assert amount_of(found.formula) == found.saving, found.formula


def amount_of(formula: str) -> Decimal:
    """What the words say: "at most: 2 GiB × $0.50 × 30 % - 3 h × $1.00 (price of 2023-03), on demand"."""
    terms = [(1 if sign == "+" else -1, term) for sign, term in SIGNED.findall(f"+ {formula}")]
    return sum((sign * prod(map(number_of, term.split(" × "))) for sign, term in terms), Decimal())


def number_of(factor: str) -> Decimal:
    """Of "730 h of m5.large", "at most: 100 GiB", "$0.05, for a reason" and "30 %"."""
    found = NUMBER.search(factor)
    assert found, factor
    value = Decimal(found[1].replace(",", ""))
    return value / 100 if found[2] else value


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_has_no_price_in_its_words(rule: Rule) -> None:
    assert not re.search(r"\$\d", f"{rule.title} {rule.why} {rule.fix} {rule.source}")


def covered(rule: Rule, example: Example, found: Finding) -> set[Key]:
    """What the ledger has of it: the saving of a group is that of the instance that was looked at."""
    looked_at = {key_of(example.resource)} if found.about else set()
    return {*found.covers} | looked_at


def with_a_saving(rule: Rule) -> list[tuple[Example, Finding]]:
    found = ((example, verdict(rule, example)) for example in rule.bad)
    return [(example, each) for example, each in found if isinstance(each, Finding) and each.saving]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_states_what_its_savings_touch_and_an_example_shows_it(rule: Rule) -> None:
    findings = with_a_saving(rule)
    shown = {key.type for example, found in findings for key in covered(rule, example, found)}
    assert shown == {*(rule.touches or ())}
    if findings and rule.looks_up:
        assert rule.touches is not None, "say what is deleted or changed with it, () for nothing"


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_what_a_saving_is_priced_by_it_covers(rule: Rule) -> None:
    for example, found in with_a_saving(rule):
        for number, other in enumerate(example.others):
            for grown in grown_of(other):
                others = (*example.others[:number], grown, *example.others[number + 1 :])
                again = verdict(rule, replace(example, others=others))
                if isinstance(again, Finding) and again.saving != found.saving:
                    assert key_of(other) in covered(rule, example, found), f"{rule.id} counts {other.type}"


def grown_of(resource: Resource) -> list[Resource]:
    """The resource with each of its whole numbers doubled, one at a time."""
    sizes = {each.name: getattr(resource, each.name) for each in fields(resource)}
    return [
        replace(resource, **{name: size * 2})
        for name, size in sizes.items()
        if isinstance(size, int) and not isinstance(size, bool)
    ]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_what_a_saving_covers_is_beside_its_own_resource_and_in_its_account(rule: Rule) -> None:
    for example, found in with_a_saving(rule):
        keys = covered(rule, example, found)
        assert (found.about or key_of(example.resource)) not in keys
        assert {key.account for key in keys} <= {example.resource.account}
        assert {key.type for key in keys} <= {*RESOURCE_TYPES}
