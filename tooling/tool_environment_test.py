"""Environments of tools, over a uv that only says how it was called."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from errors import PoloError
from tooling.tool_environment import tool_python

WANTED = ("ministack==1.5.33", "boto3==1.43.106")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="the fake uv is a script")


@pytest.fixture
def uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A uv that writes down what it is asked, makes a venv without packages, and can be told to fail."""
    program = tmp_path / "uv"
    program.write_text(
        f"#!{sys.executable}\n"
        "import os, pathlib, sys\n"
        "here = pathlib.Path(__file__).parent\n"
        "with (here / 'asked').open('a') as log:\n"
        "    print(os.environ['UV_PYTHON_DOWNLOADS'], *sys.argv[1:], file=log)\n"
        "if sys.argv[1] == 'venv':\n"
        "    (pathlib.Path(sys.argv[-1]) / 'bin').mkdir(parents=True, exist_ok=True)\n"
        "    (pathlib.Path(sys.argv[-1]) / 'bin' / 'python').touch()\n"
        "if (here / 'fail').exists():\n"
        "    sys.exit('no\\n such thing')\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr("tooling.uv._program", lambda: str(program))
    return program


def test_environment_is_made_once_and_downloads_no_python(uv: Path, tmp_path: Path) -> None:
    first = tool_python(tmp_path / "ministack", *WANTED)
    assert tool_python(tmp_path / "ministack", *WANTED) == first
    asked = (uv.parent / "asked").read_text().splitlines()
    assert [line.split()[:3] for line in asked] == [["never", "venv", "--quiet"], ["never", "pip", "install"]]
    assert "ministack==1.5.33" in asked[-1]


def test_environment_that_cannot_be_made_is_tried_again(uv: Path, tmp_path: Path) -> None:
    (uv.parent / "fail").touch()
    with pytest.raises(PoloError, match="can't install ministack==1.5.33: no such thing"):
        tool_python(tmp_path / "ministack", *WANTED)
    (uv.parent / "fail").unlink()
    assert tool_python(tmp_path / "ministack", *WANTED).exists()
