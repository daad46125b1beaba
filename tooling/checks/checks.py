"""Style, types and locks."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tooling import cdk_environment, tool_environment
from tooling.commands import Command, run

_COMPILE = ("pip", "compile", "--quiet", "--universal", "--python-version", "3.11") + (
    "--generate-hashes",
    "--no-annotate",
    "--no-header",
    "--no-strip-extras",  # pip before 23.3 takes coverage[toml] for another requirement than coverage
)


def lint(root: Path) -> int:
    """Ruff, its format check and mypy; all of them run, and the first failure is the exit code.

    infra/ is checked against the types of the CDK, which is installed first. Raises PoloError.
    """
    cdk_environment.python(root)
    codes = [_run(root, command) for command in lint_commands(root)]
    return next((code for code in codes if code), 0)


def lint_commands(root: Path) -> Iterator[Command]:
    """What `lint` starts."""
    cdk = tool_environment.program(root / cdk_environment.FOLDER, "python")
    yield from (_own("ruff", "check", "."), _own("ruff", "format", "--check", "."))
    yield from (_own("mypy"), _own("mypy", "--python-executable", str(cdk), "infra"))


def format(root: Path) -> int:
    """Mend what ruff can mend, then format."""
    return _all(root, format_commands())


def format_commands() -> Iterator[Command]:
    """What `format` starts."""
    yield from (_own("ruff", "check", "--fix", "."), _own("ruff", "format", "."))


def lock(root: Path) -> int:
    """src/requirements.in -> src/requirements.txt -> requirements.dev.txt -> infra/requirements.txt.

    Each keeps the versions of the one before.
    """
    return _all(root, lock_commands())


def lock_commands() -> Iterator[Command]:
    """What `lock` starts."""
    production, dev, infra = ("src/requirements", "requirements.dev", "infra/requirements")
    yield _own("uv", *_COMPILE, f"{production}.in", "-o", f"{production}.txt")
    yield _own("uv", *_COMPILE, "-c", f"{production}.txt", f"{dev}.in", "-o", f"{dev}.txt")
    yield _own("uv", *_COMPILE, "-c", f"{dev}.txt", f"{infra}.in", "-o", f"{infra}.txt")


def _all(root: Path, commands: Iterable[Command]) -> int:
    return next((code for command in commands if (code := _run(root, command))), 0)


def _own(program: str, *arguments: str) -> Command:
    return [str(Path(sys.executable).with_name(program)), *arguments]


def _run(root: Path, command: Command) -> int:
    return int(run(command, cwd=root).returncode)
