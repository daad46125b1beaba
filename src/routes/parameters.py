"""Parameters of a URL, and fields of a form: who reads one declares it, what nobody reads is refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from errors import BadRequest, did_you_mean
from routes import csrf

if TYPE_CHECKING:
    from routes.common import Request

CLOSE = 0.7  # names are short: "image" is not "page"
SHOWN = 100  # characters of a value that an error repeats


class Given:
    """What one request gives, by name. path: the values in the route's path. Empty values are as none."""

    def __init__(self, request: Request, values: Mapping[str, list[str]], path: Mapping[str, str]) -> None:
        self.request = request
        self.path = path
        self._values = values
        self._read: dict[str, None] = {}  # as a set, in the order of reading

    def many(self, name: str) -> tuple[str, ...]:
        """The values of a parameter that may be repeated, each once."""
        self._read[name] = None
        return tuple(dict.fromkeys(value for value in self._values.get(name, ()) if value))

    def one(self, name: str, default: str = "") -> str:
        """The value of a parameter. Raises BadRequest when there are several: only one could be meant."""
        values = self.many(name)
        if len(values) > 1:
            raise BadRequest(f"{name} has {len(values)} values", "give it once")
        return values[0] if values else default

    def unread(self) -> tuple[str, ...]:
        """The names that nobody has asked for so far, empty ones too."""
        return tuple(name for name in self._values if name not in self._read)

    def refuse_others(self) -> None:
        """Raises BadRequest for the first name that nobody has read, with the one that was meant, perhaps."""
        for name in self.unread():
            takes = f"it takes {', '.join(self._read)}" if self._read else "it takes none"
            raise BadRequest(
                f"Unknown parameter {name[:SHOWN]!r}{did_you_mean(name, self._read, CLOSE)}", takes
            )


def query_of(request: Request, path: Mapping[str, str]) -> Given:
    """The parameters of the request's URL."""
    return Given(request, request.event.resolved_query_string_parameters, path)


def form_of(request: Request, path: Mapping[str, str]) -> Given:
    """The fields of a form of our own. Raises Forbidden for any other, BadRequest for what is no form."""
    try:
        body = request.event.decoded_body or ""
    except ValueError:
        raise BadRequest("The form is not UTF-8", "reload the page and try again") from None
    given = Given(request, parse_qs(body, keep_blank_values=True), path)
    csrf.check(request.event, given.one("csrf"))
    return given


def check(name: str, value: str, valid: Collection[str], problem: str, more: str = "") -> str:
    """The value, if it is valid. Raises BadRequest with what was meant, perhaps, and what there is."""
    if value not in valid:
        raise BadRequest(
            f"{name}={value[:SHOWN]!r} {problem}{did_you_mean(value, valid)}",
            f"one of {', '.join(valid)}{more}" if valid else "",
        )
    return value
