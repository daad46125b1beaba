"""One call of a handler, as it is kept and as a list shows it."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

HTTP, INSPECTOR, REPLAY = "http", "inspector", "replay"  # sources


@dataclass(frozen=True)
class Summary:
    """What a list says of an invocation. started: UTC; duration: ms; memory: MB, None where unknown."""

    id: str
    function: str
    started: datetime
    title: str  # "GET /instances?q=web", "Scheduled Event", "SQS, 1 record"
    status: int | None  # what the gateway answered; None for a function without routes
    failure: str | None  # "ZeroDivisionError: division by zero"; None if the handler returned
    duration: float
    memory: int | None
    cold: bool
    source: str
    open: bool = False

    @property
    def failed(self) -> bool:
        return self.failure is not None or (self.status or 0) >= 500


@dataclass(frozen=True)
class Invocation:
    """One call of a handler: what it got, what came back or was raised, what it printed and logged.

    response: as the handler returned it. error: a traceback that begins in src. raised: `module.Class`.
    cut: texts too long to keep, such as "event.body: 250000 characters, the first 100000 kept".
    """

    id: str
    function: str
    started: datetime
    event: Any
    context: dict[str, Any]
    response: Any = None
    status: int | None = None
    error: str | None = None
    raised: str | None = None
    logs: tuple[str, ...] = ()
    duration: float = 0.0
    memory: int | None = None
    cold: bool = False
    source: str = HTTP
    cut: tuple[str, ...] = ()
    open: bool = False  # it had not ended when this was written

    @property
    def summary(self) -> Summary:
        own = {
            field.name: getattr(self, field.name) for field in fields(Summary) if hasattr(self, field.name)
        }
        failure = self.error.strip().rpartition("\n")[2] if self.error else None
        return Summary(**own, title=title_of(self.event)[:500], failure=failure and failure[:500])


def new_id() -> str:
    """Twenty hex digits; ids sort by the time they were made."""
    return f"{time.time_ns():016x}"[-16:] + secrets.token_hex(2)


def title_of(event: Any) -> str:
    """What an event is, in a few words."""
    match event:
        case {"httpMethod": method, "path": path}:
            pairs = event.get("multiValueQueryStringParameters")
            known = pairs.items() if isinstance(pairs, dict) else ()
            query = "&".join(f"{name}={value}" for name, values in known for value in values or ())
            return f"{method} {path}" + (f"?{query}" if query else "")
        case {"detail-type": kind}:
            return str(kind)
        case {"Records": [{"eventSource": str(source)} | {"EventSource": str(source)}, *_] as records}:
            return f"{source.rpartition(':')[2].upper()}, {len(records)} record{'s'[: len(records) > 1]}"
    return "event"
