from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.models import RESOURCE_TYPES
from services.models.domain.daily import DAY, Daily, merged
from services.models.kit.base import Document
from services.models.kit.scope import Scope
from views.estate.metrics import card_of
from views.links.format import amount

TODAY = date(2026, 3, 31)
INSTANCES = RESOURCE_TYPES["instances"]


def document(type: str = "instances", **changes: Any) -> Document:
    kind = RESOURCE_TYPES[type]
    return kind.model.from_aws({**kind.sample, **changes}, Scope("1", "eu-west-1", type)).to_json()


def daily(key: str = "CPUUtilization.Average", *values: float | None) -> Daily:
    days = {
        TODAY - (back + 1) * DAY: value for back, value in enumerate(reversed(values)) if value is not None
    }
    return merged(None, "i-a", {key: days}, TODAY)


def test_a_metric_tells_its_last_value_its_range_and_what_is_unknown(parse: Any) -> None:
    page = parse(card_of(INSTANCES, document(), daily("CPUUtilization.Average", 4.0, None, 0.0, 25.0)))
    assert "30 days to 30 Mar 2026, UTC" in page.text
    assert "CPU, mean25\u202f%" in page.text
    assert "0\u202f% to 25\u202f%, 27 days unknown" in page.text
    (figure,) = page.all("svg")
    assert figure["role"] == "img"
    assert figure["aria-label"] == (
        "CPU, mean, 30 days to 30 Mar 2026: 0\u202f% to 25\u202f%, 27 days unknown"
    )


def test_zero_is_a_line_and_unknown_a_gap(parse: Any) -> None:
    page = parse(card_of(INSTANCES, document(), daily("CPUUtilization.Average", 50.0, None, 0.0)))
    columns = [(rect["x"], rect["height"]) for rect in page.all("rect")]
    assert columns == [("108", "16.0"), ("116", "1.0")]
    assert "28 Mar 2026: 50\u202f%" in page.text


def test_last_known_value_tells_its_day_when_it_is_not_the_last(parse: Any) -> None:
    page = parse(card_of(INSTANCES, document(), daily("NetworkIn.Sum", 1_234_567.0, None)))
    assert "1.23\u202fMB 29 Mar 2026" in page.text


def test_what_is_not_known_is_unknown_and_nothing_is_drawn(parse: Any) -> None:
    page = parse(card_of(INSTANCES, document(), None))
    assert page.text.count("unknown") == 3
    assert page.all("svg") == []
    sparse = parse(card_of(RESOURCE_TYPES["functions"], document("functions"), None))
    assert "only of days with activity" in sparse.text


def test_metrics_that_are_not_asked_for_are_shown_if_they_are_known(parse: Any) -> None:
    stopped = document(State={"Name": "stopped"})
    assert "unknown: " in parse(card_of(INSTANCES, stopped, None)).text
    page = parse(card_of(INSTANCES, stopped, daily("NetworkIn.Sum", 7.0)))
    assert "Network in7\u202fB" in page.text
    assert "CPU" not in page.text


def test_trouble_with_the_values_is_told(parse: Any) -> None:
    assert (
        "unknown: local_daily.json"
        in parse(card_of(INSTANCES, document(), None, "local_daily.json:1:1")).text
    )


@pytest.mark.parametrize("kind", RESOURCE_TYPES.values(), ids=RESOURCE_TYPES)
def test_every_type_with_daily_values_has_a_card_and_no_other(kind: Any, parse: Any) -> None:
    shown = card_of(kind, document(kind.name), None)
    assert (shown is not None) == kind.has_daily
    if shown is not None:
        assert "unknown" in parse(shown).text


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.sampled_from(["", "B", "%", "ms"]))
@settings(max_examples=60)
def test_any_value_can_be_shown(value: float, unit: str) -> None:
    shown = amount(value, unit)
    assert (shown == f"0\u202f{unit}".rstrip("\u202f")) == (value == 0)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.0, "B", "0\u202fB"),
        (999.0, "B", "999\u202fB"),
        (999.9, "B", "1\u202fkB"),
        (4_560_000_000.0, "B", "4.56\u202fGB"),
        (2_400_000.0, "requests", "2,400,000\u202frequests"),
        (0.0012, "%", "0.001\u202f%"),
        (38.0, "", "38"),
    ],
)
def test_amounts(value: float, unit: str, shown: str) -> None:
    assert amount(value, unit) == shown
