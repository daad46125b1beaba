"""Files of the cache that are SQLite: one that was damaged is made again."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from services.store.files import USE_CACHE_PATH, writing


def is_cached(database: Path) -> bool:
    """Whether the file is there and whole; what can't be opened is removed. Raises CantWrite.

    SQLite compares the size of a file with what its header says when it first reads it.
    """
    if not database.exists():
        return False
    try:
        uri = f"{database.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as opened:
            if opened.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
                raise sqlite3.DatabaseError("an empty file")
        return True
    except sqlite3.DatabaseError:
        with writing(database, USE_CACHE_PATH):
            shutil.rmtree(database) if database.is_dir() else database.unlink(missing_ok=True)
        return False
