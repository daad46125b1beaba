"""Style, types and locks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

COMPILE = ("uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11") + (
    "--generate-hashes",
    "--no-annotate",
    "--no-header",
)


def lint(root: Path) -> int:
    """Ruff, its format check and mypy; all of them run, and the first failure is the exit code."""
    commands = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",))
    codes = [_run(root, *command) for command in commands]
    return next((code for code in codes if code), 0)


def format(root: Path) -> int:
    """Mend what ruff can mend, then format."""
    return _run(root, "ruff", "check", "--fix", ".") or _run(root, "ruff", "format", ".")


def lock(root: Path) -> int:
    """src/requirements.in -> src/requirements.txt -> requirements.dev.txt, which keeps its versions."""
    production = _run(root, *COMPILE, "src/requirements.in", "-o", "src/requirements.txt")
    return production or _run(
        root, *COMPILE, "-c", "src/requirements.txt", "requirements.dev.in", "-o", "requirements.dev.txt"
    )


def _run(root: Path, *command: str) -> int:
    program, *arguments = command
    return subprocess.run([str(Path(sys.executable).with_name(program)), *arguments], cwd=root).returncode
