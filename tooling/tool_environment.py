"""Environments of tools that pin what the project pins otherwise: each in a venv of its own, made by uv."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from services.store.lock import alone
from tooling import uv
from tooling.interpreters import find_python

_DONE = ".complete"


def tool_python(folder: Path, *requirements: str) -> Path:
    """The interpreter of folder/venv with exactly these requirements, made first when it is not there.

    It is what Lambda runs if this machine has that, else this one. The first requirement names the tool in
    what is said. Who asks while another process makes it waits for that. Raises PoloError.
    """
    with alone(folder / "venv"):
        return _made(folder, requirements)


def _made(folder: Path, requirements: tuple[str, ...]) -> Path:
    venv = folder / "venv"
    python = program(venv, "python")
    done = venv / _DONE
    wanted = " ".join(requirements)
    if not (done.exists() and done.read_text() == wanted and python.exists()):
        print(f"installing {requirements[0]} into {venv} (once)", file=sys.stderr, flush=True)
        task = f"install {requirements[0]}"
        found = find_python()
        base = str(found.path if found else sys.executable)
        uv.run("venv", "--quiet", "--clear", "--python", base, str(venv), task=task)
        uv.run("pip", "install", "--quiet", "--python", str(python), *requirements, task=task)
        done.write_text(wanted)
    return python


def program(venv: Path, name: str) -> Path:
    """The path of a program of a venv."""
    return venv / (f"Scripts/{name}.exe" if os.name == "nt" else f"bin/{name}")
