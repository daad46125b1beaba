"""The error tree: what went wrong, the HTTP status it has, and the way out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_CLOSE = 0.6  # of difflib's ratio: "ownr" is close to "owner", "utm_source" to nothing
_LONGEST = 100  # characters of what was given that are compared


class PoloError(Exception):
    """A failure that the user can read. The message names the value; `way_out` says what to do next."""

    status = 500
    title = "Something is not set up"
    retry_after = 0  # seconds after which the same request may be answered; 0: it won't, by itself

    def __init__(self, message: str, way_out: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.way_out = way_out

    def __str__(self) -> str:
        stop = "" if self.message.endswith("?") else "."
        return f"{self.message}{stop} Way out: {self.way_out}" if self.way_out else self.message


class BadRequest(PoloError):
    status = 400
    title = "That request can't be read"


class Forbidden(PoloError):
    status = 403
    title = "Not allowed"


class NotFound(PoloError):
    status = 404
    title = "Nothing here"


class NotCollected(NotFound):
    """A file would be empty, because nobody has looked: what is not known is not none."""

    title = "Nothing collected yet"


class TooLarge(PoloError):
    status = 413
    title = "Too much at once"


class SettingsError(PoloError):
    """A setting is missing or has a value that can't be used."""


class DataFileError(PoloError):
    """A data file is missing, or can't be read; the message has file, line and column."""


class CantWrite(PoloError):
    """A file that can't be written: which, and why."""


class Lost(PoloError):
    """One thing that was kept is gone or damaged: a scope, a period, a report. The rest can be read."""


class CollectError(PoloError):
    """An API refused or failed. `code` is its own error code, `action` what it denied."""

    status = 502

    def __init__(self, message: str, way_out: str = "", code: str = "", action: str = "") -> None:
        super().__init__(message, way_out)
        self.code = code
        self.action = action


class CantAssume(CollectError):
    """A role that does not let Polo in: nothing can be asked of its account."""


class Closed(CollectError):
    """What a policy of the organisation denies: nobody in the account can allow it."""


class Unavailable(CollectError):
    """An API that can't be reached, is overloaded or fails by itself: the same call may work soon."""

    status = 503
    title = "The data can't be read just now"
    retry_after = 5


class NotReady(PoloError):
    """What a page shows is being made beside the request, or can't be read for the moment."""

    status = 503
    title = "One moment"
    retry_after = 2


class UnknownName(PoloError):
    """A name on the command line that does not exist; says which do."""

    status = 400

    def __init__(self, what: str, given: str, valid: list[str]) -> None:
        message = f"unknown {what} {given!r}{did_you_mean(given, valid)}"
        super().__init__(message, f"one of {', '.join(valid) or '(none)'}")


def did_you_mean(given: str, valid: Iterable[str], close: float = _CLOSE) -> str:
    """ ": did you mean owner?" for "ownr"; "" where nothing is close."""
    from difflib import get_close_matches

    names = {name.casefold(): name for name in valid}
    found = get_close_matches(given[:_LONGEST].casefold(), names, 1, close)
    return f": did you mean {names[found[0]]}?" if found else ""


@dataclass(frozen=True)
class Problem:
    """An error as it is shown: as a page, or as application/problem+json (RFC 9457)."""

    status: int
    title: str
    detail: str
    way_out: str
    retry_after: int = 0

    def to_json(self) -> dict[str, Any]:
        return {"type": "about:blank", "title": self.title, "status": self.status} | {
            name: value for name, value in (("detail", self.detail), ("way_out", self.way_out)) if value
        }


def problem(error: Exception) -> Problem:
    """What the user is told of an error: everything of a PoloError, nothing of any other."""
    if isinstance(error, PoloError):
        return Problem(error.status, error.title, error.message, error.way_out, error.retry_after)
    return Problem(500, "Polo failed", "The error is in the log.", "Reload the page.")
