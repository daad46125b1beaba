"""What is kept of an answer for the next delivery: all that a type reads, and no secret."""

from __future__ import annotations

import json

import pytest

from services.collect.kept_answers import to_keep
from services.models import RESOURCE_TYPES
from services.models.kit.scope import Scope
from services.store.dynamo_answers import packed, unpacked


@pytest.mark.parametrize("name", RESOURCE_TYPES)
def test_what_was_kept_makes_the_same_resource(name: str) -> None:
    kind, scope = RESOURCE_TYPES[name], Scope("412233445883", "us-east-1", name)
    (body,) = packed([("item", {"item": to_keep(kind.sample)})])
    kept = unpacked(body)["item"]["item"]
    assert kind.model.from_aws(kept, scope) == kind.model.from_aws(kind.sample, scope)


@pytest.mark.parametrize("name", ["stacks", "distributions", "functions", "gluejobs"])
def test_secret_of_the_sample_is_not_kept(name: str) -> None:
    sample = RESOURCE_TYPES[name].sample
    assert "secret" in json.dumps(sample)
    assert "secret" not in json.dumps(to_keep(sample))
