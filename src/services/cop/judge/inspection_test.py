from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, get_args

import pytest

from services.cop.judge.inspection import Collected, Inspected, World, inspect
from services.cop.judge.limits import Limits, Override
from services.cop.judge.looked_at import looked_at
from services.cop.judge.rule import NOW, Rule, example
from services.cop.registry import RULES
from services.models import RESOURCE_TYPES
from services.models.domain.finding import Finding, Unknown
from services.models.everything.line import dump
from services.models.kit.base import Resource
from services.models.kit.scope import Key, Scope, ScopeHead, ScopeStatus
from services.prices import prices

ACCOUNT, REGION = "412233445883", "us-east-1"
UNATTACHED = example("volumes", id="vol-1", state="available", state_since="2026-10-01T00:00:00Z", tags={})


def unknown_days(resource: Resource, metric: str, days: int) -> tuple[None, ...]:
    return (None,) * days


WORLD = World(NOW, prices(), unknown_days)


def scope(type: str, *resources: Resource, status: ScopeStatus = "ok", generation: int = 1) -> Collected:
    head = ScopeHead(Scope(ACCOUNT, REGION, type), generation, generation, status, len(resources))
    return head, lambda: resources


def inspected(*scopes: Collected, rules: Iterable[Rule] = RULES.values(), world: World = WORLD) -> Inspected:
    return inspect(ACCOUNT, scopes, rules, world)


def flagged(found: Inspected) -> set[tuple[str, str]]:
    return {(each.rule.id, each.key.id) for each in found.judged if isinstance(each.verdict, Finding)}


def test_every_rule_of_a_type_looks_at_its_resources() -> None:
    assert flagged(inspected(scope("volumes", UNATTACHED))) >= {
        ("EBS-UNATTACHED", "vol-1"),
        ("TAG-REQUIRED", "vol-1"),
    }


@pytest.mark.parametrize("status", [status for status in get_args(ScopeStatus) if status != "ok"])
def test_a_scope_whose_last_collection_failed_is_not_looked_at(status: ScopeStatus) -> None:
    found = inspected(scope("volumes", UNATTACHED, status=status))
    assert found.judged == ()
    assert found.healthy == frozenset()


def test_a_scope_that_was_never_collected_is_not_healthy() -> None:
    assert inspected(scope("volumes", generation=0)).healthy == frozenset()


def test_what_a_rule_looks_up_in_a_scope_that_failed_is_unknown() -> None:
    stopped = example("instances", id="i-1", state="stopped", state_since="2026-09-01T00:00:00Z")
    rules = [RULES["EC2-STOPPED"]]
    scopes = scope("instances", stopped), scope("volumes", UNATTACHED, status="error")
    (judged,) = inspected(*scopes, rules=rules).judged
    assert judged.verdict == Unknown("the last collection of volumes in us-east-1 failed")


def test_what_a_rule_looks_up_in_a_closed_scope_is_unknown() -> None:
    stopped = example("instances", id="i-1", state="stopped", state_since="2026-09-01T00:00:00Z")
    scopes = scope("instances", stopped), scope("volumes", UNATTACHED, status="closed")
    (judged,) = inspected(*scopes, rules=[RULES["EC2-STOPPED"]]).judged
    assert judged.verdict == Unknown("a policy of the organisation lets nobody see volumes in us-east-1")


def test_a_finding_about_another_resource_has_that_ones_key() -> None:
    group = Key("autoscalinggroups", ACCOUNT, REGION, "web")
    rule = replace(RULES["EBS-GP2"], check=lambda *_: Finding("idle", about=group))
    (judged,) = inspected(scope("volumes", UNATTACHED), rules=[rule]).judged
    assert judged.key == group


def test_an_override_holds_for_the_resources_it_names() -> None:
    limits = Limits((Override("EBS-UNATTACHED", {"days": 365}),))
    world = replace(WORLD, limits=limits)
    assert ("EBS-UNATTACHED", "vol-1") not in flagged(inspected(scope("volumes", UNATTACHED), world=world))


@pytest.mark.parametrize("kind", RESOURCE_TYPES.values(), ids=RESOURCE_TYPES)
def test_a_rule_sees_of_a_stored_document_what_the_model_has(kind: Any) -> None:
    model = example(kind.name)
    seen = looked_at(kind.name, dump(model.to_json()).encode())
    for name in model.__dataclass_fields__:
        if name != "raw":
            assert getattr(seen, name) == getattr(model, name), name


@pytest.mark.parametrize("denied", [(), ("tag:GetResources",)])
def test_a_rule_sees_whether_the_tags_are_known(denied: tuple[str, ...]) -> None:
    model = example("functions", denied=denied)
    seen = looked_at("functions", dump(model.to_json()).encode())
    assert seen.tags_known is model.tags_known is (not denied)


def test_what_all_say_is_gathered_once_and_not_for_each_resource() -> None:
    snapshots = [example("snapshots", id=f"snap-{n}", created="2025-01-01T00:00:00Z") for n in range(50)]
    loaded = []

    def images() -> Iterable[Resource]:
        loaded.append(1)
        return [Counted(example("images", snapshots=("snap-1", "snap-2")))]  # type: ignore[list-item]

    head = ScopeHead(Scope(ACCOUNT, REGION, "images"), 1, 1, "ok", 1)
    found = inspected(scope("snapshots", *snapshots), (head, images), rules=[RULES["SNAP-OLD"]])
    assert len(flagged(found)) == 48
    assert (len(loaded), Counted.asked) == (1, 1)


class Counted:
    """An image that counts how often it is asked for its snapshots."""

    asked = 0

    def __init__(self, image: Resource) -> None:
        self.image, self.id = image, image.id

    @property
    def snapshots(self) -> tuple[str, ...]:
        Counted.asked += 1
        return self.image.snapshots  # type: ignore[attr-defined,no-any-return]
