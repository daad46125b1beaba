"""Files of a cache, written and forgotten."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from services.files import forget_old, whole


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
