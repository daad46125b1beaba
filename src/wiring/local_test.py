from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from settings import ROOT, Settings
from wiring.backend import backend_of
from wiring.local import COSTS, PAYER, LocalBackend

NOW = datetime(2026, 11, 20, 6, 15, tzinfo=UTC)


def local(folder: Path) -> Settings:
    return Settings(
        use_local_data="true",
        local_data_path=str(folder / "local_data.json"),
        cache_path=str(folder / "cache"),
    )


def test_the_demos_costs_are_shown_until_there_is_data(tmp_path: Path) -> None:
    backend = LocalBackend(local(tmp_path))
    assert backend.costs_file() == ROOT / COSTS
    assert backend.costs().current() is not None


def test_a_local_console_asks_no_bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wiring.bucket.bucket_of", lambda *_: pytest.fail("asked"))
    backend = backend_of(replace(local(tmp_path), data_bucket_name="polo-data"), patience=1.0)
    assert backend.costs().current() is not None


def test_one_estate_is_not_shown_with_the_costs_of_another(tmp_path: Path) -> None:
    (tmp_path / "local_data.json").write_text("{}", encoding="utf-8")
    assert LocalBackend(local(tmp_path)).costs_file() == tmp_path / COSTS


def test_what_is_asked_never_lands_in_the_demo(tmp_path: Path) -> None:
    demo = (ROOT / COSTS).read_bytes()
    store = LocalBackend(local(tmp_path)).cost_store()
    assert not store.mark()
    assert (ROOT / COSTS).read_bytes() == demo


def test_only_the_demo_estate_has_a_payer_that_is_recorded(tmp_path: Path) -> None:
    demo = LocalBackend(local(ROOT))
    assert demo.payer_file() == ROOT / PAYER
    assert demo.payer(NOW) is not None
    own = LocalBackend(local(tmp_path))
    assert own.payer(NOW) is not None, "the demo stands in while there is no data"
    (tmp_path / "local_data.json").touch()
    assert own.payer(NOW) is None
