from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from services.read import builds
from tooling.credentials import chosen
from tooling.laptop.costs import costs
from tooling.laptop.prices import prices
from tooling.laptop.reports import report


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config"
    file.write_text("[profile shop]\nregion = eu-west-1\n[profile payer]\nregion = us-west-2\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")


@pytest.mark.parametrize(
    "task",
    [
        lambda folder: costs("nope", data_dir=folder),
        lambda folder: report("commitments", "nope", data_dir=folder),
        lambda folder: prices("nope", folder=folder),
    ],
    ids=["costs", "report", "prices"],
)
def test_an_unknown_profile_is_told_with_the_valid_ones(
    task: Callable[[Path], int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(builds, "LONG", float("inf"))  # else a busy machine says what takes it long
    assert task(tmp_path) == 1
    assert capsys.readouterr().err == "unknown profile 'nope'. Way out: one of shop, payer\n"
    assert not (tmp_path / "prices.json").exists()


def test_the_first_profile_is_the_default() -> None:
    assert (chosen(""), chosen("payer")) == ("shop", "payer")
