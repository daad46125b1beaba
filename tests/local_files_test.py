"""What every local file promises, whatever is wrong with it: nothing lost, and one line that says it."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from errors import CantWrite, PoloError
from tests.damage import DAMAGE, REFUSALS, linked, refusing, unwritable
from tests.local_files import FILES, LocalFile

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = {name: file for name, file in FILES.items() if file.write}
KEPT = {name: file for name, file in WRITTEN.items() if not file.remade}


def said_of(act: Callable[[Path], object], folder: Path) -> str:
    """What a task would print, "" where all is well; any other error fails the test."""
    try:
        act(folder)
    except PoloError as error:
        assert error.way_out
        return str(error)
    return ""


def is_one_line_on(said: str, path: Path) -> bool:
    words = ("Error", "Traceback", "Errno")
    return "\n" not in said and path.name in said and not any(word in said for word in words)


def damages(file: LocalFile) -> Iterator[str]:
    for name in DAMAGE:
        of_json = name not in ("a folder", "cut", "empty", "not JSON")
        if (name not in ("of a newer Polo", "no schema") or file.schema) and not (
            of_json and file.path.endswith("sqlite")
        ):
            yield name


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_not_there_is_no_error_where_it_may_be_missing(name: str, tmp_path: Path) -> None:
    file = FILES[name]
    said = said_of(file.read, tmp_path)
    assert not said or (file.write is None and "does not exist" in said) or "No such file" in said


@pytest.mark.parametrize("name", FILES)
def test_what_is_wrong_with_a_file_is_one_line_and_nothing_is_written_over_it(
    name: str, tmp_path: Path
) -> None:
    file = FILES[name]
    for damage in damages(file):
        folder = tmp_path / damage
        folder.mkdir()
        file.fill(folder)
        path = file.at(folder)
        DAMAGE[damage](path)
        before = None if path.is_dir() else path.read_bytes()
        said = said_of(file.read, folder)
        if file.remade:
            assert not said or is_one_line_on(said, path), (damage, said)
        elif path.suffix == ".json":
            assert is_one_line_on(said, path), (damage, said)
            assert ("update Polo" in said) == (damage == "of a newer Polo"), said
        if file.write and not file.remade:
            assert is_one_line_on(said_of(file.write, folder), path), damage
            assert path.is_dir() if before is None else path.read_bytes() == before, damage


READ_LATER: dict[str, tuple[str, ...]] = {  # or by nobody
    "the estate": ("items", "meta.demo", "meta.synced_at"),
    "a type": ("items", "meta.demo", "meta.synced_at", "meta.type"),
    "daily values": ("scopes.0.resources",),
    "a report's days": ("latest",),  # that report failed, says the list of reports
    "what the payer answered": ("",),
    "a collection that runs": ("",),
    "the last collection": ("",),
}


@pytest.mark.parametrize("name", [name for name, file in FILES.items() if file.path.endswith(".json")])
def test_a_value_of_another_type_is_one_line_where_the_file_is_read(name: str, tmp_path: Path) -> None:
    file = FILES[name]
    file.fill(tmp_path)
    if file.write:
        file.write(tmp_path)
    path = file.at(tmp_path)
    content = json.loads(path.read_text(encoding="utf-8"))
    for place in _values(content):
        for odd in ({"odd": [1]}, -1.5, ["x"]):
            path.write_text(json.dumps(_with(content, place, odd)), encoding="utf-8")
            said = said_of(file.read, tmp_path)
            later = ".".join(place).startswith(READ_LATER.get(name, ("?",)))
            assert later or isinstance(odd, float) or is_one_line_on(said, path), (place, odd, said)


def _values(content: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The places of all that is no list and no object."""
    inside = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in inside:
        if isinstance(value, (dict, list)):
            yield from _values(value, (*place, str(key)))
        else:
            yield (*place, str(key))


def _with(content: Any, place: tuple[str, ...], value: Any) -> Any:
    if not place:
        return value
    first, *rest = place
    if isinstance(content, list):
        return [
            _with(each, tuple(rest), value) if str(n) == first else each for n, each in enumerate(content)
        ]
    return content | {first: _with(content[first], tuple(rest), value)}


@pytest.mark.parametrize("name", [name for name, file in FILES.items() if not file.path.endswith("sqlite")])
@pytest.mark.parametrize("number", REFUSALS[:1])
def test_a_file_that_may_not_be_read_is_one_line(
    name: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = FILES[name]
    file.fill(tmp_path)
    path = file.at(tmp_path)
    before = path.read_bytes()
    with refusing(monkeypatch, path, number):
        said = said_of(file.read, tmp_path)
        assert file.remade or is_one_line_on(said, path), said
        if name in KEPT and file.write:
            assert is_one_line_on(said_of(file.write, tmp_path), path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("late", [False, True])
def test_a_file_that_can_not_be_written_is_one_line_and_stays_as_it_was(
    name: str, late: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = WRITTEN[name]
    assert file.write
    file.fill(tmp_path)
    path = file.at(tmp_path)
    before, around = path.read_bytes(), {each.name for each in path.parent.iterdir()}
    if file.path.endswith("sqlite"):
        path.unlink()
    elif late and name == "a collection that runs":
        return  # it is opened alone
    for number in REFUSALS:
        with unwritable(monkeypatch, number, late=late), pytest.raises(CantWrite) as error:
            file.write(tmp_path)
        assert "\n" not in str(error.value) and "can't write " in str(error.value)
        assert os.strerror(number) in str(error.value)
        if file.path.endswith("sqlite") and number != 28:
            assert "CACHE_PATH" in error.value.way_out
        assert error.value.way_out
    if not file.path.endswith("sqlite") and not name.startswith("a collection"):
        assert path.read_bytes() == before
    left = {each.name for each in path.parent.iterdir() if not each.name.endswith((".lock", ".log"))}
    assert left <= around, "no part of a file is left"


@pytest.mark.parametrize("name", WRITTEN)
def test_a_link_stays_a_link_and_what_it_leads_to_is_written(name: str, tmp_path: Path) -> None:
    file = WRITTEN[name]
    assert file.write
    folder = tmp_path / "data"
    folder.mkdir()
    file.fill(folder)
    path = file.at(folder)
    if not file.remade:
        target = linked(path, tmp_path / "other")
        before = target.read_bytes()
        file.write(folder)
        assert path.is_symlink()
        assert target.read_bytes() != before
        assert [each.name for each in target.parent.iterdir() if not each.name.startswith(".")] == [
            target.name
        ]
        assert said_of(file.read, folder) == ""


@pytest.fixture(scope="module")
def ended() -> int:
    """The id of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:  # noqa: S603  this interpreter
        process.wait()
    return process.pid


@pytest.mark.parametrize("name", KEPT)
def test_what_killed_writers_have_left_is_swept_by_the_next(name: str, tmp_path: Path, ended: int) -> None:
    file = KEPT[name]
    assert file.write
    file.fill(tmp_path)
    path = file.at(tmp_path)
    left = [path.with_name(f".{path.name}.{ended}.abc_1234"), path.with_name(f".{path.name}.k3j4h5g6")]
    stay = [path.with_name(f".{path.name}.{os.getpid()}.abc_1234"), path.with_name(f".{path.name}.swp")]
    for each in (*left, *stay):
        each.touch()
    file.write(tmp_path)
    assert [each.exists() for each in left] == [False, False]
    assert [each.exists() for each in stay] == [True, True], "of a writer at work, and an editor's"


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("ahead", [-400 * 86_400, 400 * 86_400])
def test_the_time_of_a_file_decides_nothing(name: str, ahead: int, tmp_path: Path) -> None:
    file = WRITTEN[name]
    assert file.write
    file.fill(tmp_path)
    path = file.at(tmp_path)
    before = path.read_bytes()
    os.utime(path, (time.time() + ahead,) * 2)
    assert said_of(file.read, tmp_path) == ""
    file.write(tmp_path)
    assert file.remade or file.at(tmp_path).read_bytes() != before
    assert said_of(file.read, tmp_path) == ""


OURS = ("services.store.files", "services.store.json_file", "services.store.estate")
WRITERS = ("whole", "atomic_writer", "write_json", "write_estate")
METHODS = ("write_text", "write_bytes", "mkstemp")
HELPERS = {
    "services/store/files.py": "how files are written",
    "services/store/json_file.py": "how JSON files are",
    "services/store/estate.py": "the format of the estate and of types, which local_data_service.py keeps",
    "services/read/builds.py": "notes about a build, in the cache: what can't be read of them is none",
    "services/read/everything_build.py": "the file that read_model.py reads",
    "services/store/lock.py": "empty files beside others",
    "services/read/snapshots.py": "deployed: the bucket's file, in the function's own folder",
    "services/read/table_read_model.py": "deployed: Everything of a table, in the function's own folder",
}


def test_every_module_that_writes_a_file_is_in_the_list() -> None:
    found = {path for path in _sources() if _writes(ROOT / "src" / path)}
    listed = {file.module for file in FILES.values()} | HELPERS.keys()
    assert found <= listed, "add the file to FILES in tests/local_files.py"


def _sources() -> Iterator[str]:
    for path in sorted((ROOT / "src").rglob("*.py")):
        if not path.name.endswith("_test.py") and path.name != "conftest.py":
            yield path.relative_to(ROOT / "src").as_posix()


def _writes(path: Path) -> bool:
    """Whether the module calls what writes a file, or opens one to write it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    imported = {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in OURS
        for name in node.names
    }
    return any(_name(call) in imported & {*WRITERS} | {*METHODS} or _opens(call) for call in calls)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _opens(call: ast.Call) -> bool:
    modes = [each.value for each in call.args if isinstance(each, ast.Constant)]
    return _name(call) == "open" and any(set(mode) & set("wax+") for mode in modes if isinstance(mode, str))
