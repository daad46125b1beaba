"""What stands in stored JSON, as the types that Polo gives it: what is of another type is refused where it
is read, not on the page that shows it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeVar

import msgspec

MOST = 10**9  # USD; nano-dollars of nine times as much are all that SQLite holds
T = TypeVar("T")


def typed(kind: type[T], document: Any) -> T:
    """The JSON as a dataclass, or a tuple or dict of such. What a newer version has added is left out.

    Raises ValueError that names the first field that is of another type, or missing.
    """
    return msgspec.convert(document, kind)


def amount(text: str) -> Decimal:
    """USD. Raises ValueError or ArithmeticError for what is no amount."""
    found = Decimal(text)
    if not found.is_finite() or abs(found) >= MOST:
        raise ValueError(f"{text[:100]!r} is no amount")
    return found
