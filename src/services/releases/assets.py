"""Static files: content-hashed names out, files and their types in."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent.parent / "static"
TYPES = {".woff2": "font/woff2", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
TYPES |= {".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8", ".png": "image/png"}
_HASHED = re.compile(r"^(?P<stem>.+)\.(?P<hash>[0-9a-f]{12})(?P<suffix>\.[a-z0-9]+)$")


@dataclass(frozen=True)
class Asset:
    """A file under src/static. immutable: it was asked for by the name of its present content."""

    content: bytes
    type: str
    immutable: bool


def asset_paths(folder: Path = FOLDER) -> dict[str, str]:
    """Name ("dist/main.css") -> path with the hash of its content ("/static/dist/main.3f9ac2d41b70.css")."""
    files = (Path(top, name) for top, _, names in os.walk(folder) for name in names)
    known = sorted(file for file in files if file.suffix in TYPES)
    return {file.relative_to(folder).as_posix(): _hashed_path(file, folder) for file in known}


def before_snapshot() -> None:
    """Read the files' hashes ahead of the first request."""
    asset_paths()


def find_asset(name: str, folder: Path = FOLDER) -> Asset | None:
    """The file of a plain or hashed name; None when there is none, or when it lies outside the folder.

    A name with another content's hash gives the present file, not immutable: a page that is older than the
    file still gets styles, should its own be kept nowhere (kept_assets.py).
    """
    hashed = _HASHED.match(name)
    plain = f"{hashed['stem']}{hashed['suffix']}" if hashed else name
    try:
        file = (folder / plain).resolve()
        if not file.is_relative_to(folder.resolve()) or not file.is_file() or file.suffix not in TYPES:
            return None
    except (OSError, ValueError):  # a name that no file can have
        return None
    current = bool(hashed) and _hash(file, file.stat().st_mtime_ns) == (hashed and hashed["hash"])
    return Asset(file.read_bytes(), TYPES[file.suffix], current)


def hash_in(name: str) -> str:
    """The hash in the hashed name of a file that could be served; empty for any other name."""
    hashed = _HASHED.match(name)
    return hashed["hash"] if hashed and hashed["suffix"] in TYPES else ""


def hash_of(content: bytes) -> str:
    """What stands in the hashed name of a file with this content."""
    return hashlib.sha256(content).hexdigest()[:12]


def _hashed_path(file: Path, folder: Path) -> str:
    name = file.relative_to(folder)
    digest = _hash(file, file.stat().st_mtime_ns)
    return f"/static/{name.with_name(f'{name.stem}.{digest}{name.suffix}').as_posix()}"


@lru_cache(maxsize=256)
def _hash(file: Path, changed: int) -> str:
    return hash_of(file.read_bytes())
