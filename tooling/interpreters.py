"""Pythons of this machine; none is ever downloaded."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tooling import commands
from tooling.runtime import PYTHON

_ASK = "import sys; print(*sys.version_info[:3], sep='.')"
_SECONDS = 20  # that an interpreter has to say its version


@dataclass(frozen=True)
class Interpreter:
    """A Python that runs, and its whole version: 3.12.1."""

    path: Path
    version: str


def find_python(minor: str = PYTHON) -> Interpreter | None:
    """The first Python of this minor version that really runs: a shim of pyenv may exist and refuse."""
    for path in candidates(minor):
        version = _version(path)
        if version.startswith(f"{minor}."):
            return Interpreter(path, version)
    return None


def candidates(minor: str = PYTHON) -> tuple[Path, ...]:
    """What may be that Python: this one, those of the PATH, those of uv, those of pyenv. Runs none."""
    name = f"python{minor}"
    same = sys.version_info[:2] == tuple(map(int, minor.split(".")))
    found = [Path(sys.executable)] if same else []
    found += [Path(folder) / f"{name}{suffix}" for folder in os.get_exec_path() for suffix in ("", ".exe")]
    for folder in (_uv_folder(), Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"):
        versions = sorted(folder.glob(f"*{minor}.*"), reverse=True)
        found += [version / place for version in versions for place in (f"bin/{name}", "python.exe")]
    return tuple(path for path in dict.fromkeys(found) if path.is_file())


def _uv_folder() -> Path:
    """Where uv keeps the Pythons that it was asked to install."""
    if given := os.environ.get("UV_PYTHON_INSTALL_DIR"):
        return Path(given)
    if os.name == "nt":
        return Path(os.environ.get("APPDATA") or Path.home()) / "uv" / "data" / "python"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "uv" / "python"


def _version(path: Path) -> str:
    """What it says of itself; nothing when it does not run."""
    try:
        done = commands.run(
            [path, "-I", "-c", _ASK], capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
