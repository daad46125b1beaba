"""Files that appear whole or not at all, and caches of them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A file that takes the place of `target` when the block ends well, and leaves no trace otherwise."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(descriptor)
    part = Path(name)
    try:
        yield part
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def atomic_writer(path: Path) -> Iterator[TextIO]:
    """A text file that takes the place of `path` when the block ends well, and leaves no trace otherwise."""
    with whole(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def forget_old(cache: Path, pattern: str, kept: int) -> None:
    """Leave only the files of this pattern that were touched last."""
    files = sorted(cache.glob(pattern), key=lambda file: file.stat().st_mtime)
    for file in files[:-kept]:
        file.unlink(missing_ok=True)
