"""Gap: a scope that was collected and can't be read, for what is stored of it is lost or damaged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from services.models.kit.scope import Scope

NAMED = 3  # in a notice


class Trouble(Protocol):
    """What can't be read, and why: a gap, or an error."""

    @property
    def message(self) -> str: ...

    @property
    def way_out(self) -> str: ...


class Gap(NamedTuple):
    """message, way_out: of the error that a reader met."""

    scope: Scope
    message: str
    way_out: str


def notice_of(found: Sequence[Trouble], stays: str = "") -> str:
    """What a page says of all of these, "" for none. stays: a sentence on what it shows instead."""
    if not found:
        return ""
    named = "; ".join(each.message for each in found[:NAMED])
    more = f"; and {len(found) - NAMED} more" if len(found) > NAMED else ""
    instead = f" {stays}" if stays else ""
    return f"Not read: {named}{more}.{instead} Way out: {found[0].way_out}"


def notice_of_gaps(gaps: Sequence[Gap]) -> str:
    return notice_of(gaps, "What was read of that before stays.")
