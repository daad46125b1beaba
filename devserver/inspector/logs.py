"""Log lines as people read them: what Powertools writes as JSON becomes level, message and extras."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from devserver.inspector.dom import Child, Element, x
from devserver.inspector.layout import code

SHOWN_LINES = 500
LEVELS = {"DEBUG": "plain", "INFO": "plain", "WARNING": "held", "ERROR": "bad", "CRITICAL": "bad"}
# the same in every line of an invocation, or told elsewhere on the page
_KNOWN = frozenset(
    ("level", "message", "timestamp", "service", "location", "exception", "exception_name", "stack_trace")
    + ("cold_start", "function_name", "function_memory_size", "function_arn", "function_request_id")
    + ("xray_trace_id", "correlation_id")
)


def log_lines(lines: Sequence[str]) -> Child:
    """What an invocation printed and logged, a row a line."""
    if not lines:
        return x.p(class_="mut")("It printed and logged nothing.")
    shown = [_line(line) for line in lines[:SHOWN_LINES]]
    more = len(lines) - len(shown)
    return (
        x.div(class_="log")(shown, x.p(class_="mut")(f"{more} more lines") if more else None),
        x.details(class_="more")(x.summary(class_="link")("As written"), code("\n".join(lines), label="log")),
    )


def _line(line: str) -> Element:
    entry = _entry(line)
    if entry is None:
        return x.div(class_="log-line")(x.span(class_="chip plain small")("print"), x.span(line))
    level = str(entry["level"])
    extras = [
        x.span(class_="extra")(x.b(key), " ", value if isinstance(value, str) else json.dumps(value))
        for key, value in entry.items()
        if key not in _KNOWN
    ]
    trace = entry.get("exception")
    return x.div(class_="log-line")(
        x.span(class_=f"chip small {LEVELS.get(level, 'plain')}", title=str(entry.get("location", "")))(
            level.lower()
        ),
        x.span(
            _text(entry["message"]),
            " ",
            extras,
            code(trace, label="traceback") if isinstance(trace, str) else None,
        ),
    )


def _entry(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) and {"level", "message"} <= set(entry) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
