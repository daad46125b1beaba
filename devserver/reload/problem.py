"""What is wrong with a save: where it is, and what Python says of it."""

from __future__ import annotations

import re
import traceback
from dataclasses import dataclass
from pathlib import Path

_OWN = str(Path(__file__).resolve().parent.parent)
_PLACE = re.compile(r"(?P<file>[^:\n]+\.py):(?P<line>\d+): ")


@dataclass(frozen=True)
class Problem:
    """file: relative to the project, "" where it is none of its own; line: from 1, 0 if unknown."""

    message: str
    file: str = ""
    line: int = 0
    text: str = ""  # the traceback, as far as it is the project's

    def __str__(self) -> str:
        return self.text or self.message


def problem_of(error: BaseException, root: Path) -> Problem:
    """The problem behind an error that importing or reading src has raised."""
    message = str(error) or type(error).__name__
    if place := _PLACE.match(message):  # an infra block's error says it itself
        cause = traceback.format_exception_only(error.__cause__) if error.__cause__ else []
        return Problem(message, place["file"], int(place["line"]), "".join([message, "\n", *cause]).strip())
    file, line = _place(error, root)
    text = _traceback(error)
    if isinstance(error, SyntaxError):
        message = error.msg
    return Problem(f"{type(error).__name__}: {message}", file, line, text)


def _place(error: BaseException, root: Path) -> tuple[str, int]:
    if isinstance(error, SyntaxError) and error.filename:
        return _relative(error.filename, root), error.lineno or 0
    places = [(frame.filename, frame.lineno or 0) for frame in traceback.extract_tb(error.__traceback__)]
    src = str(root / "src")
    own = [(file, line) for file, line in places if file.startswith(src)]
    return (_relative(own[-1][0], root), own[-1][1]) if own else ("", 0)


def _traceback(error: BaseException) -> str:
    """The traceback without the dev server's own frames and the import system's."""
    whole = traceback.TracebackException.from_exception(error)
    part: traceback.TracebackException | None = whole
    while part is not None:
        frames = [frame for frame in part.stack if not _is_machinery(frame.filename)]
        part.stack = traceback.StackSummary.from_list(frames)
        part = part.__cause__ or part.__context__
    return "".join(whole.format())


def _is_machinery(file: str) -> bool:
    return file.startswith((_OWN, "<frozen importlib")) or file.endswith("/importlib/__init__.py")


def _relative(file: str, root: Path) -> str:
    path = Path(file)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else file
