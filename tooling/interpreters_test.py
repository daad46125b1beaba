from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

import pytest

from tooling.interpreters import candidates, find_python

pytestmark = pytest.mark.skipif(os.name == "nt", reason="stands in for programs with shell scripts")
MINOR = "3.99"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which all Pythons are those that a test puts there."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{tmp_path / 'more'}")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "uv"))
    return tmp_path


def put(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_shim_that_refuses_is_passed_over(machine: Path) -> None:
    put(machine / "bin" / "python3.99", "echo 'pyenv: python3.99: command not found' >&2; exit 127")
    real = put(machine / "pyenv" / "versions" / "3.99.1" / "bin" / "python3.99", "echo 3.99.1")
    found = find_python(MINOR)
    assert found
    assert (found.path, found.version) == (real, "3.99.1")


def test_one_that_says_another_version_or_cannot_start_is_passed_over(machine: Path) -> None:
    put(machine / "bin" / "python3.99", "echo 3.9.9")
    put(machine / "more" / "python3.99", "").write_bytes(b"\x7fELF nonsense")
    kept = put(machine / "uv" / "cpython-3.99.2-linux" / "bin" / "python3.99", "echo 3.99.2")
    found = find_python(MINOR)
    assert found
    assert found.path == kept


def test_none_is_none(machine: Path) -> None:
    assert candidates(MINOR) == ()
    assert find_python(MINOR) is None


def test_this_python_is_the_first_choice_for_its_own_version(machine: Path) -> None:
    found = find_python(".".join(platform.python_version_tuple()[:2]))
    assert found
    assert found.path == Path(sys.executable)
