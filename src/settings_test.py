"""Settings from an environment."""

from __future__ import annotations

from dataclasses import fields

import pytest

from errors import SettingsError
from settings import ROOT, Settings, name_of


def test_an_empty_environment_has_defaults() -> None:
    assert Settings.from_environment({}).env == "dev"
    assert Settings.from_environment({"ENV": ""}).env == "dev"


@pytest.mark.parametrize("value", ["1", "true", "True", "yes"])
def test_local_data_is_the_demo_unless_a_file_is_named(value: str) -> None:
    assert Settings.from_environment({"USE_LOCAL_DATA": value}).data_file == ROOT / "local_data.json"
    named = Settings.from_environment({"USE_LOCAL_DATA": value, "LOCAL_DATA_PATH": "/x/y.json"})
    assert str(named.data_file) == "/x/y.json"


def test_without_local_data_the_way_out_is_named() -> None:
    with pytest.raises(SettingsError, match="USE_LOCAL_DATA=true"):
        _ = Settings.from_environment({}).data_file


def test_the_example_names_every_setting() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert [name_of(field) for field in fields(Settings) if f"# {name_of(field)}=" not in example] == []
