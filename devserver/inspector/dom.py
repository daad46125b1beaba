"""`dom` of src, in a copy of the inspector's own.

The page that shows what broke must not break with an edit of src/dom.py, and must not bring `dom` into a
process before the functions import it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

__all__ = ["Child", "Element", "Safe", "document", "text", "x"]
_SOURCE = Path(__file__).resolve().parent.parent.parent / "src" / "dom.py"

if TYPE_CHECKING:
    from dom import Child, Element, Safe, document, text, x
else:
    exec(compile(_SOURCE.read_bytes(), str(_SOURCE), "exec"), globals())  # noqa: S102
