"""What AWS sends along and Polo must not keep."""

from __future__ import annotations

import json

import pytest

from services.models import RESOURCE_TYPES
from services.models.kit.scope import Scope
from services.models.stack import Stack


@pytest.mark.parametrize("name", ["stacks", "distributions", "functions", "brokers", "gluejobs"])
def test_secret_of_the_sample_is_not_kept(name: str) -> None:
    kind = RESOURCE_TYPES[name]
    assert "secret" in json.dumps(kind.sample)
    found = kind.model.from_aws(kind.sample, Scope("412233445883", "us-east-1", name))
    assert "secret" not in json.dumps(found.to_json())


def test_names_of_parameters_and_outputs_are_kept() -> None:
    kind = RESOURCE_TYPES["stacks"]
    found = Stack.from_aws(kind.sample, Scope("412233445883", "us-east-1", "stacks"))
    assert (found.parameters, found.outputs) == (("DatabaseUrl",), ("Url",))
