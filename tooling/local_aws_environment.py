"""The environment of the local AWS: ministack pins its own botocore, so it stays out of the project's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from errors import PoloError

REQUIREMENTS = ("ministack==1.5.33", "boto3==1.43.106")
PYTHON = "3.12"  # what Lambda runs: its functions run in ministack's own interpreter
_DONE = ".complete"


def python_with_ministack(folder: Path) -> Path:
    """The interpreter of folder/venv, made first when it is not there. Raises PoloError."""
    venv = folder / "venv"
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = venv / _DONE
    if not (done.exists() and done.read_text() == " ".join(REQUIREMENTS) and python.exists()):
        folder.mkdir(parents=True, exist_ok=True)
        _uv("venv", "--quiet", "--clear", "--python", _interpreter(), str(venv))
        _uv("pip", "install", "--quiet", "--python", str(python), *REQUIREMENTS)
        done.write_text(" ".join(REQUIREMENTS))
    return python


def _interpreter() -> str:
    """A Python 3.12 of this machine, else the one that runs this; none is ever downloaded."""
    found = subprocess.run(
        [_uv_program(), "python", "find", PYTHON],
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode == 0:
        return found.stdout.strip()
    by_pyenv = Path.home().glob(f".pyenv/versions/{PYTHON}.*/bin/python")
    return str(next(by_pyenv, sys.executable))


def _uv(*arguments: str) -> None:
    done = subprocess.run(
        [_uv_program(), *arguments], env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = " ".join(done.stderr.split())[:300]
        raise PoloError(
            f"can't install {REQUIREMENTS[0]}: {reason}", "check the network and the package index"
        )


def _uv_program() -> str:
    beside = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")
    program = str(beside) if beside.exists() else shutil.which("uv")
    if program is None:
        raise PoloError("uv is not installed", "run it through ./inv")
    return program


def _environment() -> dict[str, str]:
    return {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
