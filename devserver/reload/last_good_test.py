from __future__ import annotations

from pathlib import Path

import pytest

from devserver.reload.last_good import LastGood


@pytest.fixture
def src(tmp_path: Path) -> Path:
    (tmp_path / "src/parts").mkdir(parents=True)
    (tmp_path / "src/lambda_function.py").write_text("ONE = 1")
    (tmp_path / "src/parts/word.py").write_text("WORD = 'a'")
    (tmp_path / "src/parts/data.json").write_text("{}")
    return tmp_path / "src"


def copied(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.*")}


def test_the_copy_follows_what_changes_comes_and_goes(src: Path, tmp_path: Path) -> None:
    good = LastGood(tmp_path, tmp_path / "good")
    good.changed([src / "parts/word.py"])
    assert good.folder is None
    good.keep(lambda: True)
    assert good.folder == tmp_path / "good"
    assert copied(tmp_path / "good") == {
        "src/lambda_function.py": "ONE = 1",
        "src/parts/word.py": "WORD = 'a'",
    }
    (src / "parts/new.py").write_text("NEW = 1")
    (src / "parts/word.py").unlink()
    good.changed([src / "parts/new.py", src / "parts/word.py", src / "parts/data.json", tmp_path / ".env"])
    good.keep(lambda: True)
    assert set(copied(tmp_path / "good")) == {"src/lambda_function.py", "src/parts/new.py"}


def test_what_was_saved_meanwhile_is_copied_once_it_has_loaded(src: Path, tmp_path: Path) -> None:
    good = LastGood(tmp_path, tmp_path / "good")
    good.keep(lambda: False)
    assert good.folder is None
    good.keep(lambda: True)
    (src / "parts/word.py").write_text("WORD = ")
    good.changed([src / "parts/word.py"])
    good.keep(lambda: False)
    assert copied(tmp_path / "good")["src/parts/word.py"] == "WORD = 'a'"
    (src / "parts/word.py").write_text("WORD = 'b'")
    good.keep(lambda: True)
    assert copied(tmp_path / "good")["src/parts/word.py"] == "WORD = 'b'"
