"""Gap: a scope that was collected and can't be read, for what is stored of it is lost or damaged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from services.models.scope import Scope

NAMED = 3  # in a notice; the page of scopes has all


class Gap(NamedTuple):
    """why, way_out: of the error that a reader met."""

    scope: Scope
    why: str
    way_out: str


def notice_of(gaps: Sequence[Gap]) -> str:
    """What a page says of these scopes, "" for none."""
    if not gaps:
        return ""
    named = "; ".join(gap.why for gap in gaps[:NAMED])
    more = f"; and {len(gaps) - NAMED} more scopes" if len(gaps) > NAMED else ""
    return f"Not read: {named}{more}. What was read of that before stays. Way out: {gaps[0].way_out}"
