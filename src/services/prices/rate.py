"""Rate: what one unit of something costs in a region, since when, and who says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

OLD = 18  # months, after which a price says of when it is
_MONTH = re.compile(r"(\d{4})-(\d\d)")


@dataclass(frozen=True)
class Rate:
    """amount: USD a unit. region: the one whose price it is. as_of: its day, "" where nobody noted it.

    own: False where the asked region's own price is not known, and this is us-east-1's.
    """

    amount: Decimal
    region: str
    as_of: str
    source: str
    own: bool = True

    def is_old(self, now: datetime) -> bool:
        return is_old(self.as_of, now)

    @property
    def month(self) -> str:
        """Of when it is: 2025-10."""
        return self.as_of[:7] or "an unknown day"

    @property
    def told(self) -> str:
        """In dollars, two digits or as many as it takes."""
        return dollars(self.amount)


def is_old(as_of: str, now: datetime) -> bool:
    """Whether a price is of more than 18 months before now, or of nobody knows when."""
    return _is_old(as_of, now.year, now.month)


@lru_cache(maxsize=256)
def _is_old(as_of: str, year: int, month: int) -> bool:
    age = _months(as_of, year, month)
    return age is None or age > OLD


def months_since(as_of: str, now: datetime) -> int | None:
    """None where nobody noted the day."""
    return _months(as_of, now.year, now.month)


def _months(as_of: str, year: int, month: int) -> int | None:
    said = _MONTH.match(as_of)
    return (year - int(said[1])) * 12 + month - int(said[2]) if said else None


@lru_cache(maxsize=4096)  # a large estate's findings say few prices often
def dollars(amount: Decimal) -> str:
    whole, _, rest = f"{amount:f}".partition(".")
    return f"${int(whole):,}.{rest.rstrip('0'):0<2}"
