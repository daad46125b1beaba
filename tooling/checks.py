"""Style, types and locks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tooling import cdk_environment

COMPILE = ("uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11") + (
    "--generate-hashes",
    "--no-annotate",
    "--no-header",
)


def lint(root: Path) -> int:
    """Ruff, its format check and mypy; all of them run, and the first failure is the exit code.

    infra/ is checked against the types of the CDK, where that is installed. Raises PoloError.
    """
    cdk = str(cdk_environment.python(root))
    commands = (
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
        ("mypy", "--python-executable", cdk, "infra"),
    )
    codes = [_run(root, *command) for command in commands]
    return next((code for code in codes if code), 0)


def format(root: Path) -> int:
    """Mend what ruff can mend, then format."""
    return _run(root, "ruff", "check", "--fix", ".") or _run(root, "ruff", "format", ".")


def lock(root: Path) -> int:
    """src/requirements.in -> src/requirements.txt -> requirements.dev.txt -> infra/requirements.txt.

    Each keeps the versions of the one before.
    """
    production, dev, infra = ("src/requirements", "requirements.dev", "infra/requirements")
    commands = (
        (f"{production}.in", "-o", f"{production}.txt"),
        ("-c", f"{production}.txt", f"{dev}.in", "-o", f"{dev}.txt"),
        ("-c", f"{dev}.txt", f"{infra}.in", "-o", f"{infra}.txt"),
    )
    return next((code for command in commands if (code := _run(root, *COMPILE, *command))), 0)


def _run(root: Path, *command: str) -> int:
    program, *arguments = command
    return subprocess.run([str(Path(sys.executable).with_name(program)), *arguments], cwd=root).returncode
