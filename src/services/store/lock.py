"""A lock on a file between processes: it goes with the process that holds it, however that ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from services.store.files import writing

if sys.platform == "win32":
    import msvcrt

    def _wait(descriptor: int) -> None:
        taken = False
        while not taken:
            with suppress(OSError):  # it gives up after ten seconds
                msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
                taken = True

    def _try(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _wait(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _try(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def alone(target: Path, way_out: str = "") -> Iterator[None]:
    """One at a time, of all threads and processes that would change `target`; the others wait here.

    Beside it, or what it is a link to, stays an empty file, `.<name>.lock`. way_out: for a folder that can't
    be written. Raises CantWrite.
    """
    with writing(target, way_out):
        real = Path(os.path.realpath(target))
        real.parent.mkdir(parents=True, exist_ok=True)
        opened = real.with_name(f".{real.name}.lock").open("ab")
    with opened as file:
        _wait(file.fileno())
        yield


def if_free(file: Path, way_out: str = "") -> BinaryIO | None:
    """The lock, held until it is closed by all processes that have it; None while somebody else holds it.

    way_out: for a folder that can't be written. Raises CantWrite.
    """
    with writing(file, way_out):
        file.parent.mkdir(parents=True, exist_ok=True)
        opened = file.open("ab")
    try:
        _try(opened.fileno())
    except OSError:
        opened.close()
        return None
    return opened
