"""How much of an invocation is kept: enough to read it, bounded whatever a function returns."""

from __future__ import annotations

import json
from typing import Any

TEXT_LIMIT = 100_000  # characters of one text, such as a body
WHOLE_LIMIT = 2_000_000  # characters of one invocation as JSON
DEPTH = 8  # levels of an event or response that are looked through and copied


def to_json(values: dict[str, Any]) -> str:
    """An invocation's fields as JSON, in ASCII; what JSON can't hold, or is too long, as text."""
    try:
        written = json.dumps(values, default=repr)
    except (TypeError, ValueError, RecursionError):  # Lambda could not have returned it either
        written = json.dumps(_as_text(values))
    return written if len(written) <= WHOLE_LIMIT else json.dumps(_as_text(values), default=repr)


def shortened(name: str, value: Any, cut: list[str], depth: int = DEPTH) -> Any:
    """A copy with the texts in it no longer than TEXT_LIMIT; `cut` gets a line for each that was."""
    if isinstance(value, str):
        if len(value) <= TEXT_LIMIT:
            return value
        cut.append(f"{name}: {len(value)} characters, the first {TEXT_LIMIT} kept")
        return value[:TEXT_LIMIT]
    if depth and type(value) is dict:
        return {
            key: item if _short(item) else shortened(f"{name}.{key}", item, cut, depth - 1)
            for key, item in value.items()
        }
    if depth and type(value) is list:
        return [
            item if _short(item) else shortened(f"{name}[{place}]", item, cut, depth - 1)
            for place, item in enumerate(value)
        ]
    return value


def _short(value: Any) -> bool:
    """Whether it is a value, as most are, that needs no look; each request waits for the others."""
    return value is None or (type(value) is str and len(value) <= TEXT_LIMIT)


def _as_text(values: dict[str, Any]) -> dict[str, Any]:
    """The same with event and response as the beginning of their Python form."""
    texts = {name: repr(values[name]) for name in ("event", "response")}
    long = [f"{name}: shown as text, the first {TEXT_LIMIT} characters kept" for name in texts]
    kept = {name: text[:TEXT_LIMIT] for name, text in texts.items()}
    return values | kept | {"cut": [*values["cut"], *long]}
