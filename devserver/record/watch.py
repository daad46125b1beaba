"""Watches a handler at work, and keeps what it saw as an Invocation."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from devserver.gateway.gateway import (
    Api,
    Event,
    Invoke,
    LambdaContext,
    LambdaFunction,
    Request,
    Response,
    Unanswered,
    handle,
    log_to_console,
)
from devserver.record.capture import Log, give_up, log_of_invocation
from devserver.record.folder import folder
from devserver.record.invocation import HTTP, Invocation, new_id
from devserver.record.invocations import find, record, summaries, writer
from devserver.record.limits import shortened

Logger = Callable[[str], None]
_OWN = str(Path(__file__).resolve().parent.parent)
_warm: set[str] = set()


@dataclass
class Watch:
    """One call: `seen` is what is known of it so far, `answer` what it returned."""

    seen: Invocation | None = None
    answer: object = None
    log: Log | None = None
    cut_off: Unanswered | None = None  # it ran in another process, which is gone

    def known(self) -> Invocation:
        """What is known so far. Raises LookupError before the call has begun."""
        if self.seen is None:
            raise LookupError("the handler was not called")
        return self.seen

    def so_far(self) -> Invocation:
        """The invocation of a handler that is running."""
        seen = self.known()
        took = (datetime.now(UTC) - seen.started).total_seconds() * 1000
        return replace(seen, logs=self.log.lines if self.log else (), duration=took, open=True)

    def unfinished(self, error: str, seconds: float) -> Invocation:
        """The invocation as it stands, of a handler that was given up."""
        writer.end(id(self))
        logs: tuple[str, ...] = ()
        if self.log is not None:
            logs = self.log.lines
            give_up(self.log)
        return replace(self.known(), error=error, logs=logs, duration=seconds * 1000, memory=peak_memory())


def answer_recorded(api: Api, request: Request, invoke: Invoke, log: Logger = log_to_console) -> Response:
    """What the gateway answers to a request; the invocation behind it, if there was one, is recorded."""
    if folder() is None:
        return handle(api, request, invoke, log)
    watch, told = Watch(), list[str]()

    def watched(function: LambdaFunction, event: Event, context: LambdaContext) -> object:
        return watched_call(watch, HTTP, context, event, lambda: invoke(function, event, context))

    def tell(text: str) -> None:
        told.append(text)
        log(text)

    response = handle(api, request, watched, tell)
    if watch.seen is not None:
        seen = _found_of(watch.seen, watch.cut_off) if watch.cut_off else watch.seen
        reason = told[-1] if told and response.status >= 500 and seen.raised is None else None
        record(replace(seen, status=response.status, error=reason or seen.error))
    return response


def _found_of(seen: Invocation, error: Unanswered) -> Invocation:
    """What the process that was cut off had written of the invocation, or else what we know of it here."""
    took = error.seconds * 1000
    for each in reversed(summaries()):
        if each.open and (each.function, each.title) == (seen.function, seen.summary.title):
            return replace(find(each.id) or seen, open=False, duration=max(took, each.duration))
    started = seen.started - timedelta(seconds=error.seconds)
    return replace(seen, started=started, duration=took, memory=None, cold=False)


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
        writer.begin(id(watch), watch.so_far)
        began = time.perf_counter()
        try:
            watch.answer = call()
        except BaseException as error:
            raised = _told_of(error)
            watch.cut_off = error if isinstance(error, Unanswered) else None
            raise
        finally:
            writer.end(id(watch))
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
    return watch.answer


def _told_of(error: BaseException) -> dict[str, str]:
    """The traceback from the handler on, without the frames of the dev server that led there."""
    frame: TracebackType | None = error.__traceback__
    while frame is not None and frame.tb_frame.f_code.co_filename.startswith(_OWN):
        frame = frame.tb_next
    told = "".join(traceback.format_exception(type(error), error, frame or error.__traceback__))
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    return {"error": told, "raised": name} if frame else {"error": told}


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
