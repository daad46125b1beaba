"""Where a task works: options that lead nowhere say which would do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from errors import PoloError, SettingsError, UnknownName
from tooling.local.accounts import HOME, MEMBERS, keys, settings, variables
from tooling.local.aws import PORT_VARIABLE
from tooling.local.target import target


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text("[profile shop]\nregion = eu-central-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize(
    ("name", "profile", "stack", "said"),
    [
        ("production", "", "PoloStack", "unknown environment 'production'. Way out: one of local, dev"),
        (
            "prod",
            "",
            "Other",
            "unknown stack 'Other'. Way out: one of PoloStack, PoloDestination, PoloCostReader, PoloPipeline",
        ),
        ("prod", "search", "PoloStack", "unknown profile 'search'. Way out: one of shop"),
    ],
)
def test_an_unknown_name_is_told_with_the_valid_ones(
    tmp_path: Path, name: str, profile: str, stack: str, said: str
) -> None:
    with pytest.raises(UnknownName, match=said):
        target(tmp_path, name, profile, stack)


@pytest.mark.usefixtures("config")
def test_a_profile_brings_its_region_and_is_in_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    found = target(tmp_path, "prod", "shop")
    assert (found.name, found.stack, found.url) == ("prod", "prod-PoloStack", "")
    assert found.variables == {"AWS_PROFILE": "shop", "AWS_REGION": "eu-central-1"}
    assert found.options == "-e prod -p shop"
    assert found.function("PoloFunction") == "prod-PoloFunction"


def test_the_local_environment_needs_a_local_aws_and_no_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SettingsError, match="profile 'shop' leads to AWS, not to the local one"):
        target(tmp_path, "local", "shop")
    with pytest.raises(SettingsError, match="PoloCostReader is none of the local AWS's"):
        target(tmp_path, "local", "", "PoloCostReader")
    with pytest.raises(PoloError, match="no local AWS is running on port 4566. Way out: inv aws start"):
        target(tmp_path, "local")
    monkeypatch.setenv(PORT_VARIABLE, "many")
    with pytest.raises(SettingsError, match="LOCAL_AWS_PORT is 'many'"):
        target(tmp_path, "local")


def test_the_local_accounts_are_profiles_of_a_config_of_their_own(tmp_path: Path) -> None:
    found = variables("http://127.0.0.1:4566", tmp_path)
    text = Path(found["AWS_CONFIG_FILE"]).read_text()
    assert [account.name for account in (HOME, *MEMBERS) if f"[profile {account.name}]" not in text] == []
    assert found["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert keys(HOME.id)["AWS_ACCESS_KEY_ID"] == HOME.id
    assert all(f"{account.id}={account.name}" in settings()["ACCOUNTS"] for account in MEMBERS)
