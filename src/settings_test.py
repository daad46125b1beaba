"""Settings from an environment."""

from __future__ import annotations

import tempfile
from dataclasses import fields
from pathlib import Path

import pytest

import settings
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


def test_tables_are_named_after_the_environment_unless_they_are_named() -> None:
    found = Settings.from_environment({"ENV": "prod"})
    assert (found.local, found.resource_table, found.report_table) == (
        False, "prod-ResourceTable", "prod-ReportTable"
    )  # fmt: skip
    named = Settings.from_environment({"DYNAMODB_TABLE_NAME": "a", "DYNAMODB_REPORT_TABLE_NAME": "b"})
    assert (named.resource_table, named.report_table) == ("a", "b")


def test_who_reads_what_the_block_does_not_declare_is_told_which_to_mend() -> None:
    given = {"POLO_DECLARED": "src/lambda_x.py ENV DYNAMODB_TABLE_NAME", "ENV": "prod"}
    found = Settings.from_environment(given)
    assert (found.env, found.resource_table) == ("prod", "prod-ResourceTable")
    told = "src/lambda_x.py reads LOGOUT_URL, which its infra block does not declare"
    with pytest.raises(SettingsError, match=f"{told}. Way out: add LOGOUT_URL to environment"):
        _ = found.logout_url
    with pytest.raises(SettingsError, match="DYNAMODB_REPORT_TABLE_NAME"):
        _ = found.report_table


def test_declared_settings_are_equal_if_what_they_hold_is() -> None:
    given = {"POLO_DECLARED": "src/lambda_x.py ENV", "ENV": "prod"}
    found = Settings.from_environment(given)
    assert found == Settings.from_environment(given)
    assert len({found, Settings.from_environment(given)}) == 1
    assert found != Settings.from_environment(given | {"ENV": "dev"})
    assert found != Settings.from_environment(given | {"POLO_DECLARED": "src/lambda_y.py ENV"})
    assert found != Settings.from_environment({"ENV": "prod"})


def test_the_example_names_every_setting() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert [name_of(field) for field in fields(Settings) if f"# {name_of(field)}=" not in example] == []


def test_deployed_code_keeps_its_cache_where_it_may_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CODE", Path("/var/task"))
    deployed = Settings(use_local_data="true", local_data_path="/tmp/estate.json")  # noqa: S108
    assert deployed.cache_folder == Path(tempfile.gettempdir()) / "polo"
