"""Stored data carries its schema's number: release N reads what N-1 and N+1 wrote, so a rollback is safe.

Unknown fields are ignored, missing ones have their default. A schema's number grows when a field gets another
meaning; the release that writes the new one comes after one that reads it.
"""

from __future__ import annotations


class OtherSchema(KeyError):
    """What was written two releases away. `way_out`: "" where no release of Polo is known to read it."""

    def __init__(self, found: object, own: int) -> None:
        super().__init__(f"schema {found}, this Polo reads {own}")
        self.way_out = "update Polo" if isinstance(found, int) and found > own else ""


def check_schema(found: object, own: int) -> None:
    """Raises OtherSchema for what was written two releases away."""
    if not isinstance(found, int) or abs(found - own) > 1:
        raise OtherSchema(found, own)
