"""uv, which makes the environments beside the project's own. It never downloads a Python."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from errors import PoloError
from tooling import commands


def run(*arguments: str, task: str) -> str:
    """What `uv <arguments>` printed. Raises PoloError, which says that it can't do the task."""
    done = attempt(*arguments)
    if done.returncode:
        reason = " ".join(done.stderr.split())[:300]
        raise PoloError(f"can't {task}: {reason}", "check the network and the package index")
    return done.stdout


def attempt(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Like run, whatever the exit code is. Raises PoloError when there is no uv."""
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    return commands.run(
        [_program(), *arguments], env=environment, capture_output=True, text=True, check=False
    )


def _program() -> str:
    beside = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")
    program = str(beside) if beside.exists() else shutil.which("uv")
    if program is None:
        raise PoloError("uv is not installed", "run it through ./inv")
    return program
