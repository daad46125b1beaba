"""Who else uses an image: asked of every account of the estate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from services.cop.judge.elsewhere import Elsewhere
from services.cop.judge.inspection import World, inspect
from services.cop.judge.rule import NOW, ago, example
from services.cop.patrol.patrol import collected
from services.cop.registry import RULES
from services.models.domain.finding import Finding, Unknown, Verdict
from services.models.everything.line import dump
from services.models.kit.base import Resource
from services.models.kit.scope import Scope, ScopeHead, ScopeStatus
from services.prices import prices

OWN, OTHER, REGION = "412233445883", "528846013377", "us-east-1"
IMAGE = example("images", id="ami-1", last_launched=ago(200), templates=0, public=False)


class Estate:
    """As much of Everything as is asked for."""

    def __init__(self) -> None:
        self.scopes: dict[Scope, tuple[ScopeHead, tuple[Resource, ...]]] = {}

    def add(self, scope: Scope, *resources: Resource, status: ScopeStatus = "ok") -> None:
        self.scopes[scope] = (ScopeHead(scope, 1, 1, status, len(resources)), resources)

    def heads(self) -> list[ScopeHead]:
        return [head for head, _ in self.scopes.values()]

    def documents(self, scope: Scope) -> Iterator[bytes]:
        return (dump(resource.to_json()).encode() for resource in self.scopes[scope][1])


def instance(image: str) -> Any:
    return example("instances", image=image)


@pytest.fixture
def estate() -> Estate:
    """An account with an old image, and an instance of another one."""
    made = Estate()
    made.add(Scope(OWN, REGION, "images"), IMAGE)
    made.add(Scope(OWN, REGION, "instances"), instance("ami-2"))
    return made


def verdict(estate: Any) -> Verdict:
    """Of AMI-OLD on the image."""
    world = World(NOW, prices(), lambda resource, metric, days: (None,) * days, elsewhere=Elsewhere(estate))
    found = inspect(OWN, collected(estate)[OWN], [RULES["AMI-OLD"]], world).judged
    return found[0].verdict if found else None


def test_an_image_that_no_account_uses_is_old(estate: Estate) -> None:
    estate.add(Scope(OTHER, REGION, "instances"), instance("ami-3"))
    assert isinstance(verdict(estate), Finding)


def test_an_image_that_another_account_uses_is_not(estate: Estate) -> None:
    estate.add(Scope(OTHER, REGION, "instances"), instance("ami-1"))
    assert verdict(estate) is None


def test_an_image_is_used_in_its_own_region_only(estate: Estate) -> None:
    estate.add(Scope(OTHER, "eu-west-1", "instances"), instance("ami-1"))
    assert isinstance(verdict(estate), Finding)


def test_an_account_whose_instances_are_not_known_may_use_it(estate: Estate) -> None:
    estate.add(Scope(OTHER, REGION, "instances"), status="error")
    assert verdict(estate) == Unknown(f"the instances of {OTHER} in {REGION} are not known")


def test_the_estate_is_read_once_for_all_images(estate: Estate) -> None:
    read = []
    documents = estate.documents
    estate.documents = lambda scope: (read.append(scope), documents(scope))[1]  # type: ignore[assignment]
    images = [replace(IMAGE, id=f"ami-{number}") for number in range(10, 20)]
    estate.add(Scope(OWN, REGION, "images"), *images)
    world = World(NOW, prices(), lambda resource, metric, days: (None,) * days, elsewhere=Elsewhere(estate))  # type: ignore[arg-type]
    assert len(inspect(OWN, collected(estate)[OWN], [RULES["AMI-OLD"]], world).judged) == len(images)  # type: ignore[arg-type]
    assert read.count(Scope(OWN, REGION, "instances")) == 2, "once as the account's, once as the estate's"
