"""Files of a cache, written and forgotten."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from services.store.files import forget_old, whole


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_file_takes_its_place_when_it_is_complete(tmp_path: Path) -> None:
    target = tmp_path / "new" / "a.sqlite"
    with whole(target) as part:
        part.write_text("half")
        assert not target.exists()
        part.write_text("all of it")
    assert target.read_text() == "all of it"
    assert names(target.parent) == ["a.sqlite"]


def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a.sqlite"
    target.write_text("old")

    def fail() -> None:
        with whole(target) as part:
            part.write_text("half")
            raise KeyboardInterrupt

    pytest.raises(KeyboardInterrupt, fail)
    assert target.read_text() == "old"
    assert names(tmp_path) == ["a.sqlite"]


def test_the_files_touched_last_are_kept(tmp_path: Path) -> None:
    for age, name in enumerate(("a-1", "a-2", "a-3", "b-4")):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    forget_old(tmp_path, "a-*", 2)
    assert names(tmp_path) == ["a-1", "a-2", "b-4"]


def test_a_file_of_a_wrong_clock_is_the_oldest_and_the_new_one_stays(tmp_path: Path) -> None:
    for name in ("a-1", "a-2", "a-3"):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time.time() + 86_400,) * 2)
    (tmp_path / "a-new").touch()
    forget_old(tmp_path, "a-*", 1)
    assert names(tmp_path) == ["a-new"]


def test_a_sweep_takes_nothing_that_others_have_in_the_folder(tmp_path: Path) -> None:
    others = (".a.json.lock", ".a.json.swp", ".b.json.k3j4h5g6", ".cache", ".env", "a.json.bak", ".a.json.d")
    for name in others:
        (tmp_path / name).touch()
    (tmp_path / ".a.json.abcd1234").mkdir()
    with whole(tmp_path / "a.json") as part:
        part.touch()
    assert names(tmp_path) == sorted((*others, ".a.json.abcd1234", "a.json"))
