"""What a handler answered -> the proxy result API Gateway reads from it, or the reason it can't."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

RESULT_LIMIT = 6_291_556  # bytes of JSON; Lambda quotas, synchronous invocation
KEYS = ("statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded")


class InvalidResult(Exception):
    """The answer of a handler is none that API Gateway accepts; the message says why."""


@dataclass(frozen=True)
class ProxyResult:
    """A valid answer: header lines in the order in which they go out, body as the handler gave it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    encoded: bool


def read_result(answer: object) -> ProxyResult:
    """The proxy result of a handler's answer after the JSON round trip that Lambda makes.

    Raises InvalidResult for what the real gateway answers with 502.
    """
    result = _round_trip(answer)
    if not isinstance(result, dict):
        raise InvalidResult(f"the handler returned {_kind(result)}, not an object with statusCode and body")
    if unknown := set(result) - set(KEYS):
        raise InvalidResult(f"unknown keys {sorted(unknown)}; valid: {', '.join(KEYS)}")
    return ProxyResult(
        _status(result.get("statusCode")),
        _headers(result.get("headers"), result.get("multiValueHeaders")),
        _body(result.get("body")),
        _encoded(result.get("isBase64Encoded")),
    )


def _round_trip(answer: object) -> Any:
    try:
        payload = json.dumps(answer, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidResult(f"Runtime.MarshalError: the answer is not JSON: {error}") from error
    size = len(payload.encode("utf-8", errors="replace"))
    if size > RESULT_LIMIT:
        raise InvalidResult(f"the answer is {size} bytes of JSON; Lambda allows {RESULT_LIMIT}")
    return json.loads(payload)


def _status(value: Any) -> int:
    if value is None:
        return 200
    try:
        status = 0 if isinstance(value, bool) else int(value)
    except (TypeError, ValueError, OverflowError):
        status = 0
    if not 200 <= status <= 599:
        raise InvalidResult(f"statusCode {value!r} is not an HTTP status from 200 to 599")
    return status


def _headers(single: Any, multi: Any) -> tuple[tuple[str, str], ...]:
    lines: list[tuple[str, str]] = []
    for name, values in _object("multiValueHeaders", multi).items():
        if not isinstance(values, list | None):
            raise InvalidResult(f"multiValueHeaders[{name!r}] is {_kind(values)}, not a list")
        lines += [(name, _text(name, value)) for value in values or [] if value is not None]
    seen = {(name.lower(), value) for name, value in lines}
    for name, value in _object("headers", single).items():
        if value is not None and (name.lower(), _text(name, value)) not in seen:
            lines.append((name, _text(name, value)))
    return tuple(lines)


def _object(key: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict | None):
        raise InvalidResult(f"{key} is {_kind(value)}, not an object")
    return value or {}


def _text(name: str, value: Any) -> str:
    if isinstance(value, list | dict):
        raise InvalidResult(f"header {name!r} is {_kind(value)}, not a string")
    text = value if isinstance(value, str) else json.dumps(value)
    token = name.isascii() and name.replace("-", "").replace("_", "").replace(".", "").isalnum()
    if not token or any(ord(char) < 32 and char != "\t" for char in text):
        raise InvalidResult(f"header {name!r}: {text!r} can't be sent as a header line")
    return text


def _body(value: Any) -> str:
    if not isinstance(value, str | None):
        raise InvalidResult(f"body is {_kind(value)}, not a string")
    return value or ""


def _encoded(value: Any) -> bool:
    if value in (None, False, True, "true", "false"):
        return value in (True, "true")
    raise InvalidResult(f"isBase64Encoded is {value!r}, not true or false")


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "nothing"}
    return names.get(type(value), "a number")
