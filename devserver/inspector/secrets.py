"""Masks what lets somebody in: the inspector's pages are shared as screenshots, its tests are committed."""

from __future__ import annotations

import re
from typing import Any

SECRET_HEADERS = frozenset(
    ("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-amz-security-token")
)
HIDDEN = "(hidden)"
_COOKIE_VALUE = re.compile(r"^([^=;]*=)[^;]*")


def masked(value: Any) -> Any:
    """A copy of an event or response whose secret headers show what kind they are, and no more."""
    if isinstance(value, dict):
        return {
            key: hidden(key, item) if str(key).lower() in SECRET_HEADERS else masked(item)
            for key, item in value.items()
        }
    return [masked(item) for item in value] if isinstance(value, list) else value


def hidden(name: str, value: Any) -> Any:
    """A secret header's value without the secret: cookies keep their names, the others their scheme."""
    if isinstance(value, list):
        return [hidden(name, item) for item in value]
    if not isinstance(value, str):
        return value
    if name.lower() == "cookie":
        return "; ".join(_COOKIE_VALUE.sub(rf"\1{HIDDEN}", part.strip()) for part in value.split(";"))
    if name.lower() == "set-cookie":
        return _COOKIE_VALUE.sub(rf"\1{HIDDEN}", value)
    scheme, space, _ = value.partition(" ")
    return f"{scheme} {HIDDEN}" if space and name.lower().endswith("authorization") else HIDDEN
