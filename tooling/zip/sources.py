"""What of src ships to Lambda, and what it asks of the dependencies."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

# data and assets by their suffix: what an editor leaves lying about does not ship
SHIPPED = (".py", ".json", ".toml", ".js", ".css", ".svg", ".png", ".txt", ".woff2")
STYLES = "static/dist/main.css"  # in the zip; made from the sources, whatever lies in the checkout
_NOT_SHIPPED = ("static/css/", "static/dist/", "requirements")
_TEXT = re.compile(rb"""["']([a-z0-9][a-z0-9-]*)["']""")


def read_sources(src: Path) -> dict[str, bytes]:
    """Name in the zip -> content, sorted by name; without tests, and without the built style sheet."""
    return {name: (src / name).read_bytes() for name in sorted(_names(src)) if ships(name)}


def ships(name: str) -> bool:
    """Whether a file of src, named from there, belongs into the zip."""
    path = PurePosixPath(name)
    if path.suffix not in SHIPPED or name.startswith(_NOT_SHIPPED):
        return False
    test = path.name == "conftest.py" or path.name.endswith("_test.py") or path.name.startswith("test_")
    return not test and not any(part.startswith((".", "__pycache__")) for part in path.parts)


def services_named(sources: Mapping[str, bytes], known: Iterable[str]) -> tuple[str, ...]:
    """The AWS services, of those that botocore knows, whose name stands as a text in the code; sorted.

    More than are in use, by a few ("events", "support"), and never less: every client is made by such a text.
    """
    texts = {
        text.decode()
        for name, code in sources.items()
        if name.endswith(".py")
        for text in _TEXT.findall(code)
    }
    return tuple(sorted(texts.intersection(known)))


def _names(src: Path) -> Iterator[str]:
    """Of all files. Every `inv zip` waits for this, and Path.rglob takes ten times as long."""
    for folder, inner, files in os.walk(src):
        inner[:] = [name for name in inner if name != "__pycache__" and not name.startswith(".")]
        place = Path(folder).relative_to(src).as_posix()
        yield from (name if place == "." else f"{place}/{name}" for name in files)
