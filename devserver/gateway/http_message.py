"""HTTP requests and responses as plain values, headers as they stand on the wire."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Headers = tuple[tuple[str, str], ...]


def values_of(headers: Iterable[tuple[str, str]], name: str) -> list[str]:
    """All values of one header in order; names compare without regard to case."""
    wanted = name.lower()
    return [value for key, value in headers if key.lower() == wanted]


def value_of(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    """The last value of one header, as API Gateway picks it; None without the header."""
    values = values_of(headers, name)
    return values[-1] if values else None


def media_type(content_type: str | None) -> str:
    """`text/html` of `Text/HTML; charset=utf-8`; of a list (Accept) the first; "" without one."""
    return (content_type or "").partition(",")[0].partition(";")[0].strip().lower()


@dataclass(frozen=True)
class Request:
    """One HTTP request: target as sent (path and query, still encoded), header lines in their own case."""

    method: str = "GET"
    target: str = "/"
    headers: Headers = ()
    body: bytes = b""
    source_ip: str = "127.0.0.1"

    @property
    def path(self) -> str:
        """The target without its query, as sent."""
        return self.target.partition("?")[0]

    def header(self, name: str) -> str | None:
        return value_of(self.headers, name)


@dataclass(frozen=True)
class Response:
    """One HTTP response; header lines repeat, and keep order and case."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        return value_of(self.headers, name)

    def header_values(self, name: str) -> list[str]:
        return values_of(self.headers, name)

    @property
    def content_type(self) -> str:
        return media_type(self.header("Content-Type"))

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    def json(self) -> Any:
        return json.loads(self.body)
