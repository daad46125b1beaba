"""Findings for a page, and what it says where they are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from errors import NotReady, PoloError
from routes.common import Request

if TYPE_CHECKING:
    from services.cop.store.findings import Findings


def findings_of(request: Request) -> Findings:
    """The findings, for a page that is about them; notes what of them can't be read. Raises PoloError."""
    found = request.console.cop.findings(request.everything, request.now)
    request.note(found.notice)
    return found


def at_hand(request: Request) -> Findings | None:
    """The findings, for a page that is about something else; None, and a note, where they are missing."""
    try:
        return findings_at_hand(request)
    except NotReady as error:
        request.note(f"Findings are not shown. {error.message}")
        return None


def findings_at_hand(request: Request) -> Findings | None:
    """The same. Raises NotReady."""
    try:
        found = request.console.cop.at_hand(request.everything, request.now)
    except NotReady:
        raise
    except PoloError as error:
        request.note(f"Findings are not shown. {error}", error.message)
        return None
    request.note(found.notice if found else "")
    return found
