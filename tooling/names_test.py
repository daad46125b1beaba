from __future__ import annotations

import pytest

from errors import SettingsError, UnknownName
from tooling.names import one_of, some_of


def test_any_case_will_do_unless_two_names_differ_in_nothing_else() -> None:
    assert one_of("profile", "PROD", ["prod", "dev"]) == "prod"
    assert one_of("profile", "Dev", ["dev", "Dev"]) == "Dev"
    with pytest.raises(UnknownName):
        one_of("profile", "DEV", ["dev", "Dev"])


def test_a_near_name_is_suggested() -> None:
    with pytest.raises(UnknownName) as raised:
        one_of("type", "instance", ["instances", "volumes"])
    assert str(raised.value) == (
        "unknown type 'instance': did you mean instances? Way out: one of instances, volumes"
    )


def test_a_list_has_each_name_once_and_may_end_with_a_comma() -> None:
    assert some_of("type", "Volumes, instances,volumes,", ["instances", "volumes"]) == [
        "volumes",
        "instances",
    ]
    assert some_of("type", "", ["instances"]) == []


@pytest.mark.parametrize("given", [",", " ", ", ,"])
def test_a_list_that_names_nothing_is_not_all(given: str) -> None:
    with pytest.raises(
        SettingsError, match="names no type. Way out: name one, or leave the option out for all"
    ):
        some_of("type", given, ["instances"])
