"""What a console sees of a collection that it has started."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.models.kit.scope import Scope
from settings import Settings
from tooling.laptop import sync_again

SCOPES = [Scope("111122223333", "eu-west-1", "instances"), Scope("111122223333", "global", "buckets")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".again").mkdir()
    asked = {"account": "prod", "scopes": SCOPES}
    (tmp_path / ".again" / "running.json").write_text(json.dumps(asked))
    return tmp_path


@pytest.fixture
def sync(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., int]], None]:
    return lambda instead: monkeypatch.setattr(sync_again, "sync", instead)


def last(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / ".again" / "last.json").read_text())
    return found


def test_it_collects_these_scopes_with_this_profile_and_says_how_it_ended(
    folder: Path, sync: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def instead(*names: Any, account: str, only: Any, out: Any) -> int:
        asked.append((*names, account, only))
        out.write("x" * 3_000 + "\n1 scope failed\n")
        return 1

    sync(instead)
    monkeypatch.setattr(sync_again, "profiles", lambda: ("prod", "dev"))
    assert sync_again.collect_again(folder, "prod", "111122223333") == 1
    assert asked == [("", "prod", "", folder, "111122223333", SCOPES)]
    found = last(folder)
    assert (found["account"], found["code"]) == ("prod", 1)
    assert found["said"].endswith("1 scope failed")
    assert len(found["said"]) == sync_again.LONGEST
    assert not (folder / ".again" / "running.json").exists()


def test_an_account_that_is_named_by_its_alias_is_found_by_its_id(
    folder: Path, sync: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    sync(lambda *names, account, only, out: asked.append((*names, account)) or 0)
    monkeypatch.setattr(sync_again, "profiles", lambda: ("dev",))
    sync_again.collect_again(folder, "acme-prod", "111122223333")
    assert asked == [("", "", "", folder, "111122223333")]


def test_while_it_runs_its_file_is_touched(folder: Path, sync: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    running = folder / ".again" / "running.json"
    os.utime(running, (0, 0))
    monkeypatch.setattr(sync_again, "BEAT", 0.01)

    def until_touched(*_: Any, **options: Any) -> int:
        deadline = sync_again.time.monotonic() + 20
        while running.stat().st_mtime == 0 and sync_again.time.monotonic() < deadline:
            pass
        return 0 if running.stat().st_mtime else 9

    sync(until_touched)
    assert sync_again.collect_again(folder, "prod") == 0


def test_one_that_breaks_says_so_and_ends(folder: Path, sync: Any) -> None:
    def breaks(*_: Any, **options: Any) -> int:
        raise ZeroDivisionError

    sync(breaks)
    with pytest.raises(ZeroDivisionError):
        sync_again.collect_again(folder, "prod")
    assert last(folder)["code"] == 1
    assert not (folder / ".again" / "running.json").exists()


def test_it_may_read_every_setting_whatever_the_console_may_read(
    folder: Path, sync: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLO_DECLARED", "src/lambda_function.py ENV")
    monkeypatch.setenv("MARQO_API_KEY", "a key")
    sync(lambda *_, **options: int(Settings.from_environment().marqo_api_key != "a key"))
    assert sync_again.main(str(folder), "prod") == 0
