"""Bytecode as Lambda's Python wants it: without it, an import takes twice as long."""

from __future__ import annotations

import marshal
import os
from collections import ChainMap
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path, PurePosixPath

from errors import PoloError
from tooling import commands
from tooling.interpreters import Interpreter
from tooling.runtime import FOLDER, PYTHON

_PROGRAM = Path(__file__).with_name("compile.py")
_SECONDS = 120
_PROCESSES = min(8, os.cpu_count() or 1)
_TAG = f"cpython-{PYTHON.replace('.', '')}"


def compiled(python: Interpreter, sources: Mapping[str, bytes], *, strict: bool) -> dict[str, bytes]:
    """Name in the zip of a source -> the content of its .pyc. Raises PoloError when one can't be compiled.

    strict: else such a source is left out; packages bring some for other Pythons.
    """
    each = sorted(sources.items())
    shares = [dict(each[first::_PROCESSES]) for first in range(min(_PROCESSES, len(each)))]
    with ThreadPoolExecutor(_PROCESSES) as threads:
        answers = dict(ChainMap(*threads.map(partial(_ask, python), shares)))
    wrong = sorted(answer for answer in answers.values() if isinstance(answer, str))
    if strict and wrong:
        raise PoloError(f"src/{wrong[0]}", f"mend it; Lambda runs Python {PYTHON}")
    return {name: answer for name, answer in answers.items() if isinstance(answer, bytes)}


def pyc_name(name: str) -> str:
    """Where Python looks for the bytecode of a source."""
    path = PurePosixPath(name)
    return str(path.parent / "__pycache__" / f"{path.stem}.{_TAG}.pyc")


def _ask(python: Interpreter, sources: dict[str, bytes]) -> dict[str, bytes | str]:
    done = commands.run(
        [str(python.path), "-I", "-S", str(_PROGRAM), FOLDER],
        input=marshal.dumps(sources, 2),  # both Pythons read version 2
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise PoloError(f"{python.path} can't compile: {said}", f"mend or remove that Python {PYTHON}")
    answers: dict[str, bytes | str] = marshal.loads(done.stdout)  # noqa: S302  our own program
    return answers
