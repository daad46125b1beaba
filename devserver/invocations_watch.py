"""Watches a handler at work, and keeps what it saw as an Invocation."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from devserver.gateway import Api, Event, Invoke, LambdaContext, LambdaFunction, Request, Response, handle
from devserver.invocations import HTTP, Invocation, new_id, record
from devserver.invocations_capture import Log, log_of_invocation
from devserver.invocations_folder import folder
from devserver.invocations_limits import shortened

_OWN = str(Path(__file__).resolve().parent)
_warm: set[str] = set()


@dataclass
class Watch:
    """One call: `seen` is what is known of it so far, `answer` what it returned."""

    seen: Invocation | None = None
    answer: object = None
    log: Log | None = None
    done: bool = False

    def known(self) -> Invocation:
        """What is known so far. Raises LookupError before the call has begun."""
        if self.seen is None:
            raise LookupError("the handler was not called")
        return self.seen

    def unfinished(self, error: str, seconds: float) -> Invocation:
        """The invocation as it stands, of a handler that was given up."""
        logs = self.log.lines if self.log else ()
        return replace(self.known(), error=error, logs=logs, duration=seconds * 1000, memory=peak_memory())


def answer_recorded(api: Api, request: Request, invoke: Invoke) -> Response:
    """What the gateway answers to a request; the invocation behind it, if there was one, is recorded."""
    if folder() is None:
        return handle(api, request, invoke)
    watch = Watch()

    def watched(function: LambdaFunction, event: Event, context: LambdaContext) -> object:
        return watched_call(watch, HTTP, context, event, lambda: invoke(function, event, context))

    began = time.perf_counter()
    response = handle(api, request, watched)
    if watch.seen is not None:
        seen, took = watch.seen, time.perf_counter() - began
        if not watch.done:
            seen = watch.unfinished(f"Task timed out after {took:.2f} seconds", took)
        record(replace(seen, status=response.status))
    return response


def watched_call(
    watch: Watch, source: str, context: LambdaContext, event: Any, call: Callable[[], object]
) -> object:
    """Call a handler and let `watch` know; what it raises goes on to the caller."""
    name = context.function_name
    cut: list[str] = []
    watch.seen = Invocation(
        id=new_id(),
        function=name,
        started=datetime.now(UTC),
        event=shortened("event", event, cut),  # a copy: handlers may change theirs
        context=_plain(context),
        cold=name not in _warm,
        source=source,
    )
    _warm.add(name)
    raised: dict[str, str] = {}
    with log_of_invocation() as log:
        watch.log = log
        began = time.perf_counter()
        try:
            watch.answer = call()
        except BaseException as error:
            kind = type(error)
            raised = {"error": traceback_of(error), "raised": f"{kind.__module__}.{kind.__qualname__}"}
            raise
        finally:
            took = (time.perf_counter() - began) * 1000
            watch.seen = replace(
                watch.seen,
                response=shortened("response", watch.answer, cut),
                logs=log.lines,
                duration=round(took, 3),
                memory=peak_memory(),
                cut=tuple(cut),
                **raised,  # type: ignore[arg-type]
            )
            watch.done = True
    return watch.answer


def traceback_of(error: BaseException) -> str:
    """The traceback without the frames of the dev server that led to the handler."""
    frame: TracebackType | None = error.__traceback__
    while frame is not None and frame.tb_frame.f_code.co_filename.startswith(_OWN):
        frame = frame.tb_next
    return "".join(traceback.format_exception(type(error), error, frame or error.__traceback__))


def peak_memory() -> int | None:
    """Most memory that this process has held so far, in MB; None where the system does not say."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak) // (1024 * 1024 if sys.platform == "darwin" else 1024)


def _plain(context: LambdaContext) -> dict[str, Any]:
    """The context as JSON; the time that was left when the handler began instead of the deadline."""
    shown = {name: value for name, value in vars(context).items() if name not in ("clock", "deadline")}
    identity = dict(vars(context.identity))
    return shown | {"identity": identity, "remaining_time_in_millis": context.get_remaining_time_in_millis()}
