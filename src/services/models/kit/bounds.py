"""Bounds of what a query may cost, counted in the instructions of SQLite's virtual machine: busy or idle, a
machine takes as many.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from errors import PoloError

STEPS = 30  # instructions for each row of the read model: about 0.2 s of one core for 100,000 resources
ROWS = 100_000  # a smaller read model may take as many as one of this size
EXPORTED = 200  # instructions, beside them, for each row that is exported: it takes about 60
EVERY = 1_000  # instructions between two looks


class TooBroad(PoloError):
    """A query that looks at more than one request may."""

    status = 400
    title = "That is too broad"

    def __init__(self) -> None:
        super().__init__("This search looks at too many rows", "add a filter, or use longer and fewer words")


@contextmanager
def bounded(db: sqlite3.Connection, rows: int, exported: int = 0) -> Iterator[None]:
    """What is asked of the connection within raises TooBroad when it takes more instructions than it may.

    rows: of the read model. exported: how many rows are wanted, beyond a page.
    """
    left = (STEPS * max(rows, ROWS) + EXPORTED * exported) // EVERY

    def look() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    db.set_progress_handler(look, EVERY)
    try:
        yield
    except sqlite3.OperationalError as error:
        if left >= 0:
            raise
        raise TooBroad from error
    finally:
        db.set_progress_handler(None, 0)
