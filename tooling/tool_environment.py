"""Environments of tools that pin what the project pins otherwise: each in a venv of its own, made by uv."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from errors import PoloError
from tooling.interpreters import find_python, uv_environment, uv_program

_DONE = ".complete"


def tool_python(folder: Path, *requirements: str) -> Path:
    """The interpreter of folder/venv with exactly these requirements, made first when it is not there.

    It is what Lambda runs if this machine has that, else this one. The first requirement names the tool in
    what is said. Raises PoloError.
    """
    venv = folder / "venv"
    python = program(venv, "python")
    done = venv / _DONE
    wanted = " ".join(requirements)
    if not (done.exists() and done.read_text() == wanted and python.exists()):
        print(f"installing {requirements[0]} into {venv} (once)", file=sys.stderr, flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        found = find_python()
        _uv(
            wanted,
            "venv",
            "--quiet",
            "--clear",
            "--python",
            str(found.path if found else sys.executable),
            str(venv),
        )
        _uv(wanted, "pip", "install", "--quiet", "--python", str(python), *requirements)
        done.write_text(wanted)
    return python


def program(venv: Path, name: str) -> Path:
    """The path of a program of a venv."""
    return venv / (f"Scripts/{name}.exe" if os.name == "nt" else f"bin/{name}")


def _uv(tool: str, *arguments: str) -> None:
    done = subprocess.run(
        [uv_program(), *arguments], env=uv_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = " ".join(done.stderr.split())[:300]
        raise PoloError(
            f"can't install {tool.split()[0]}: {reason}", "check the network and the package index"
        )
