"""Answers of AWS, and what is collected of them: every file in tests/cases/collect.

Each has type, account, region, the answers (see given_answers.of_case), what is expected, and the source. An
expectation gives the fields of each resource that matter, by id; an error that fails the scope is a text.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from errors import CollectError
from services.collect.collect import collect
from services.models import RESOURCE_TYPES
from services.models.kit.base import Resource
from services.models.kit.scope import Scope
from tests.given_answers import Given, of_case

FOLDER = Path(__file__).resolve().parent / "cases" / "collect"
CASES = sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_case(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(case["expected"], str):
        with pytest.raises(CollectError, match=case["expected"]):
            collected(case)
    else:
        found = {resource.id: resource for resource in collected(case)}
        assert found.keys() == case["expected"].keys()
        for id, fields in case["expected"].items():
            assert {name: plain(getattr(found[id], name)) for name in fields} == fields, id


def collected(case: dict[str, Any]) -> tuple[Resource, ...]:
    scope = Scope(case["account"], case["region"], case["type"])
    home = "us-east-1" if scope.region == "global" else scope.region
    source = Given(of_case(case["answers"]), case.get("home", home))
    return collect(RESOURCE_TYPES[scope.type], scope, source)


def plain(value: Any) -> Any:
    """The value as JSON has it."""
    return list(value) if isinstance(value, tuple) else value


def test_every_case_says_where_it_is_from() -> None:
    assert CASES
    for path in CASES:
        case = json.loads(path.read_text(encoding="utf-8"))
        assert case["source"] and case["expected"], path.name
