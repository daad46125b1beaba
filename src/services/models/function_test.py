from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from services.models.function import RESOURCE_TYPE, Function
from services.models.kit.scope import Scope

SCOPE = Scope("412233445883", "us-east-1", "functions")


def test_sample_becomes_a_function() -> None:
    found = Function.from_aws(RESOURCE_TYPE.sample, SCOPE)
    assert (found.id, found.runtime, found.memory, found.timeout) == (
        "checkout-webhook", "python3.12", 512, 30,
    )  # fmt: skip
    assert found.environment == ("DATABASE_URL", "STAGE")
    assert found.created == "2026-04-22T11:03:59Z"


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=4).map(lambda value: f"secret:{value}")))
def test_no_value_of_the_environment_is_kept(variables: dict[str, str]) -> None:
    item = {"FunctionName": "f", "Environment": {"Variables": variables, "Error": {"Message": "secret:"}}}
    found = Function.from_aws(item, SCOPE)
    assert "secret:" not in json.dumps(found.to_json()).replace(json.dumps(sorted(variables)), "")
    assert len(found.environment) == len(variables)
    assert item["Environment"]["Variables"] == variables, "the answer itself is not changed"
