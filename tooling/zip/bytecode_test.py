from __future__ import annotations

import importlib.util
import platform
import sys
from pathlib import Path

import pytest

from errors import PoloError
from tooling.interpreters import Interpreter, find_python
from tooling.zip.bytecode import compiled, pyc_name

THIS = Interpreter(Path(sys.executable), platform.python_version())
MODELS = Path(__file__).resolve().parent.parent.parent / "src" / "services" / "models"
SOURCES = {file.name: file.read_bytes() for file in sorted(MODELS.glob("*.py"))}


def test_bytecode_is_the_same_alone_and_in_company() -> None:
    python = find_python() or THIS
    together = compiled(python, SOURCES, strict=True)
    assert together.keys() == SOURCES.keys()
    for name in [*SOURCES][::6]:
        assert compiled(python, {name: SOURCES[name]}, strict=True)[name] == together[name], name


def test_bytecode_is_never_compared_with_its_source_and_knows_where_it_will_run(tmp_path: Path) -> None:
    pyc = compiled(THIS, {"a/b.py": b"def where(): raise KeyError\n"}, strict=True)["a/b.py"]
    assert pyc[:8] == importlib.util.MAGIC_NUMBER + b"\x01\0\0\0"
    assert b"/var/task/a/b.py" in pyc
    assert str(Path.cwd()).encode() not in pyc


@pytest.mark.parametrize("source", [b"def f(:\n", b"x = 1\n\0", b"# coding: nonsense\n"])
def test_source_that_is_no_python_is_named_or_left_out(source: bytes) -> None:
    with pytest.raises(PoloError, match=r"src/a\.py:\d: .* Way out: mend it; Lambda runs Python 3.12"):
        compiled(THIS, {"a.py": source, "b.py": b""}, strict=True)
    assert [*compiled(THIS, {"a.py": source, "b.py": b""}, strict=False)] == ["b.py"]


def test_python_that_cannot_compile_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "python3.12"
    broken.write_text("#!/bin/sh\necho no stdlib >&2\nexit 1\n")
    broken.chmod(0o755)
    with pytest.raises(PoloError, match="python3.12 can't compile: no stdlib. Way out: mend or remove"):
        compiled(Interpreter(broken, "3.12.0"), {"a.py": b""}, strict=True)


@pytest.mark.parametrize(
    ("name", "pyc"),
    [
        ("dom.py", "__pycache__/dom.cpython-312.pyc"),
        ("a/b/__init__.py", "a/b/__pycache__/__init__.cpython-312.pyc"),
    ],
)
def test_bytecode_is_where_python_looks_for_it(name: str, pyc: str) -> None:
    assert pyc_name(name) == pyc
