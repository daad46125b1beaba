"""Imports of src read the source each time: bytecode by time stamp serves old code after two quick saves."""

from __future__ import annotations

from pathlib import Path

from devserver.sources import Codes, import_from


def import_fresh_from(folder: Path) -> None:
    """Put a folder first in the search for modules, its own without bytecode; all others keep theirs."""
    import_from(folder, Codes())
