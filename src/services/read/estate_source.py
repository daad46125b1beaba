"""EstateSource: where pages, and what works beside them, get Everything."""

from __future__ import annotations

from typing import Protocol

from services.models.all import Everything

BEHIND = "Showing the data as far as it is read: reload for the rest"  # the table answers, time was over


class EstateSource(Protocol):
    """`notice` is what every page says of the data, mostly nothing."""

    notice: str

    def current(self) -> Everything:
        """Everything as it is now. Raises PoloError when it can't be read, and never could."""
        ...
