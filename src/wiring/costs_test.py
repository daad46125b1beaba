from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from settings import ROOT, Settings
from wiring.costs import NAME, cost_store, costs_file, costs_of


def local(folder: Path) -> Settings:
    return Settings(
        use_local_data="true",
        local_data_path=str(folder / "local_data.json"),
        cache_path=str(folder / "cache"),
    )


def test_the_demos_costs_are_shown_until_there_is_data(tmp_path: Path) -> None:
    settings = local(tmp_path)
    assert costs_file(settings) == ROOT / NAME
    assert costs_of(settings).current() is not None


def test_a_local_console_asks_no_bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wiring.costs.published", lambda *_: pytest.fail("asked"))
    assert costs_of(replace(local(tmp_path), data_bucket_name="polo-data")).current() is not None


def test_one_estate_is_not_shown_with_the_costs_of_another(tmp_path: Path) -> None:
    (tmp_path / "local_data.json").write_text("{}", encoding="utf-8")
    assert costs_file(local(tmp_path)) == tmp_path / NAME


def test_what_is_asked_never_lands_in_the_demo(tmp_path: Path) -> None:
    demo = (ROOT / NAME).read_bytes()
    store = cost_store(local(tmp_path))
    assert not store.mark()
    assert (ROOT / NAME).read_bytes() == demo
