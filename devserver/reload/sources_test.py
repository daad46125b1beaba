from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from devserver.reload.sources import Codes, NotYet, forget, import_from, loaded_from, modules_of, without


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(sys, "path", sys.path.copy())
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "probe_room").mkdir()
    (tmp_path / "probe_room/__init__.py").touch()
    yield tmp_path
    forget(tmp_path)
    for name in [name for name in sys.modules if name.startswith("probe_")]:
        del sys.modules[name]


def load(name: str) -> object:
    sys.modules.pop(name, None)
    return vars(importlib.import_module(name))["VALUE"]


def test_a_module_is_imported_as_it_is_now_and_leaves_no_bytecode(folder: Path) -> None:
    part = folder / "probe_room/part.py"
    part.write_text("VALUE = 1\n")
    os.utime(part, (1, 1))
    import_from(folder, Codes())
    assert load("probe_room.part") == 1
    part.write_text("VALUE = 2\n")  # the same size, the same time
    os.utime(part, (1, 1))
    assert load("probe_room.part") == 2
    assert not list(folder.rglob("__pycache__"))
    assert loaded_from(folder)["probe_room.part"] == str(part)


def test_the_same_text_is_compiled_once(folder: Path) -> None:
    part = folder / "probe_part.py"
    part.write_text("VALUE = 1\n")
    codes = Codes()
    first = codes.of_file(str(part))
    part.touch()
    assert codes.of_file(str(part)) is first
    part.write_text("VALUE = 3\n")
    assert codes.of_file(str(part)) is not first


def test_the_methods_of_dataclasses_are_compiled_once(folder: Path) -> None:
    text = "from dataclasses import dataclass\n@dataclass\nclass Pair:\n    a: int\n    b: int = 2\n"
    (folder / "probe_part.py").write_text(f"{text}VALUE = Pair(1).b\n")
    codes = Codes()
    import_from(folder, codes)
    assert load("probe_part") == 2
    compiled = len(codes.texts)
    assert compiled > 0
    assert load("probe_part") == 2
    assert len(codes.texts) == compiled


def test_tests_are_no_modules(folder: Path) -> None:
    for name in ("probe_part.py", "probe_part_test.py", "conftest.py", "no-name.py"):
        (folder / name).touch()
    assert {name for name, _ in modules_of(folder)} == {"probe_room", "probe_part"}


def test_a_traceback_shows_the_line(folder: Path) -> None:
    part = folder / "probe_part.py"
    part.write_text("VALUE = 1 / 0\n")
    import_from(folder, Codes())
    with pytest.raises(ZeroDivisionError) as raised:
        load("probe_part")
    last = raised.traceback[-1]
    assert (Path(str(last.path)), last.lineno) == (part, 0)


def test_modules_that_may_change_can_not_be_imported_meanwhile(folder: Path) -> None:
    (folder / "probe_steady.py").write_text("VALUE = 1\n")
    (folder / "probe_moving.py").write_text("VALUE = 2\n")
    import_from(folder, Codes())
    with without({"probe_moving"}):
        assert load("probe_steady") == 1
        with pytest.raises(NotYet, match=r"probe_moving\.py"):
            load("probe_moving")
    assert load("probe_moving") == 2


def test_a_module_says_what_its_code_was_made_of(folder: Path) -> None:
    file, codes, versions = folder / "probe_part.py", Codes(), []
    for text in ("VALUE = 1\n", "VALUE = 2\n", "VALUE = 1\n"):
        file.write_text(text)
        import_from(folder, codes)
        load("probe_part")
        spec = sys.modules["probe_part"].__spec__
        versions.append(spec.loader_state if spec else None)
    assert versions[0] == versions[2] != versions[1]
