"""The one place where a task starts a program: `inv --echo` prints the command first."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from errors import PoloError

Command = Sequence[str | Path]


@dataclass
class _Mode:
    """echo: how to print a command, as Invoke's run.echo_format; empty for not at all."""

    echo: str = ""
    dry: bool = False


_mode = _Mode()  # of the process: a task's threads start programs too


@contextmanager
def mode(*, echo: str, dry: bool) -> Iterator[None]:
    """What Invoke's --echo and --dry ask of the commands that are started inside.

    echo: the format to print a command in, with {command}; empty for not at all.
    """
    before = _mode.echo, _mode.dry
    _mode.echo, _mode.dry = echo, dry
    try:
        yield
    finally:
        _mode.echo, _mode.dry = before


def run(command: Command, **options: Any) -> subprocess.CompletedProcess[Any]:
    """Run a program and wait for it, as subprocess.run does. Raises PoloError under --dry."""
    return subprocess.run(_announced(command), **options)


def start(command: Command, **options: Any) -> subprocess.Popen[Any]:
    """Start a program, as subprocess.Popen does. Raises PoloError under --dry."""
    return subprocess.Popen(_announced(command), **options)


def written(command: Command) -> str:
    """As one would type it in a shell."""
    return shlex.join(map(str, command))


def _announced(command: Command) -> list[str]:
    line = written(command)
    if _mode.dry:
        raise PoloError(f"--dry starts nothing: {line}", "leave --dry out")
    if _mode.echo:
        print(_mode.echo.format(command=line), flush=True)
    return [*map(str, command)]
