"""Everything's file in the cache, named after the content of a data file and the code that reads it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from services.read.stamp import stamp_of
from services.store.files import forget_old

KIND = "everything"
FILES = "everything-{}.sqlite"
BUILDER = "services.read.everything_build"
KEPT = 4  # of earlier contents


def content_key(file: Path) -> str:
    """Changes with the content of the file, and with all code that makes a database of it."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, _begun).hexdigest()


def key_of(content: bytes) -> str:
    """The same of what a file holds."""
    digest = _begun()
    digest.update(content)
    return digest.hexdigest()


def forget_earlier(cache: Path) -> None:
    """Leave the last files of a cache only."""
    forget_old(cache, FILES.format("*"), KEPT)


def _begun() -> hashlib.blake2b:
    return hashlib.blake2b(stamp_of(BUILDER).encode(), digest_size=12)
