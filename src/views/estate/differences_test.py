"""How old and new values are told."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from services.models.kit.change import Change
from views.estate.differences import SHOWN, differences


def told(type: str = "instances", **fields: tuple[Any, Any]) -> str:
    change = Change("changed", type, "1", "r", "i", "n", "2026-11-20T09:05:00Z", fields)
    lines = differences(change).html.split('<span class="difference">')[1:]
    return "\n".join(unescape(re.sub(r"<[^>]+>", "", line)) for line in lines)


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        (("a", "b"), "a → b"),
        ((None, "b"), "none → b"),
        ((3, 0), "3 → 0"),
        ((True, False), "yes → no"),
        ((["a", "b"], ["b", "c"]), "a → c"),
        (({"a": 1, "b": 1}, {"a": 2, "b": 1}), "Odd a 1 → 2"),
        (({}, '{"cut": "…'), 'none → {"cut": "…'),
        (("2026-11-20T09:05:00Z", ""), "20 Nov 2026, 09:05 UTC → none"),
    ],
)
def test_values_are_told_as_people_write_them(pair: tuple[Any, Any], expected: str) -> None:
    assert told(odd=pair).strip().endswith(expected)


def test_each_tag_has_a_line_of_its_own_and_a_cost_is_money() -> None:
    assert told(tags=({"Team": "web"}, {"Env": "prod"})).split("\n") == [
        "Tag Env none → prod",
        "Tag Team web → none",
    ]
    assert told(cost=("1234.5", None)).strip() == "Cost $1,234.50 → unknown"


def test_a_typed_field_has_the_label_and_unit_of_its_column() -> None:
    assert told("volumes", size=(8, 100)).strip() == "Size 8 GiB → 100 GiB"


def test_many_lines_are_folded() -> None:
    many = {f"field_{number}": (1, 2) for number in range(SHOWN + 3)}
    change = Change("changed", "instances", "1", "r", "i", "n", "", many)
    assert "<summary>3 more</summary>" in differences(change).html
