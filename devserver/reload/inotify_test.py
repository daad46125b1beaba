from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devserver.conftest import until
from devserver.reload import watcher as module
from devserver.reload.watcher import Watcher

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's"),
]
Seen = Callable[[], set[str]]


@pytest.fixture(params=["inotify", "watchfiles"])
def seen(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    (tmp_path / "src/views").mkdir(parents=True)
    (tmp_path / "data").mkdir()
    (tmp_path / ".env").touch()
    if request.param == "watchfiles":
        monkeypatch.setattr(module, "_inotify", lambda root: None)
    found: set[Path] = set()
    watcher = Watcher(tmp_path, found.update)
    watcher.start()
    probe = tmp_path / "src/probe"
    begun = threading.Event()

    def started() -> bool:
        probe.write_text("x")
        begun.wait(0.02)
        return probe in found

    until(started, "the watcher to begin")
    yield lambda: {path.relative_to(tmp_path).as_posix() for path in found}
    watcher.stop()


def test_a_save_in_place_a_save_by_rename_and_a_removal_are_seen(seen: Seen, tmp_path: Path) -> None:
    (tmp_path / "src/views/a.py").write_text("1")
    until(lambda: "src/views/a.py" in seen(), "a.py")
    (tmp_path / "outside").write_text("2")
    os.replace(tmp_path / "outside", tmp_path / "src/b.py")  # noqa: PTH105
    until(lambda: "src/b.py" in seen(), "b.py")
    (tmp_path / "data/local_data.json").write_text("{}")
    (tmp_path / ".env").write_text("A=1")
    until(lambda: {"data/local_data.json", ".env"} <= seen(), "the files beside src")


def test_a_folder_that_comes_is_watched_with_what_it_holds(seen: Seen, tmp_path: Path) -> None:
    (tmp_path / "new/deep").mkdir(parents=True)
    (tmp_path / "new/deep/c.py").write_text("3")
    (tmp_path / "new").rename(tmp_path / "src/new")
    until(lambda: "src/new/deep/c.py" in seen(), "c.py")
    (tmp_path / "src/new/deep/d.py").write_text("4")
    until(lambda: "src/new/deep/d.py" in seen(), "d.py")
