"""Runs one function once, as Lambda would: its own context, its time limit, its answer as JSON."""

from __future__ import annotations

import importlib
import json
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from types import FrameType
from typing import Any

from devserver.gateway.gateway import LambdaContext, LambdaFunction, make_context
from devserver.gateway.lambda_result import InvalidResult, read_result
from devserver.record.invocation import INSPECTOR, Invocation
from devserver.record.watch import Watch, watched_call
from tooling.blocks.blocks import Function

_DEBUGGERS = ("pdb.py", "bdb.py", "pydevd.py")
Handler = Callable[[Any, LambdaContext], object]


def load(function: Function) -> Handler:
    """The function's handler, importing its module; raises what that raises."""
    handler: Handler = importlib.import_module(function.module).lambda_handler
    return handler


def run_once(
    function: Function, event: Any, source: str = INSPECTOR, watch: Watch | None = None
) -> Invocation:
    """The invocation of a function with an event; what it raises, and a time-out, are its `error`.

    watch: hears of the call too, and has the answer whole.
    """
    with suppress(Exception, SystemExit):  # the time limit is the handler's; a failure comes again below
        load(function)
    event = json.loads(json.dumps(event))  # as over the wire
    context = make_context(LambdaFunction(function.name, function.memory, function.timeout))
    watch = watch or Watch()

    def work() -> None:
        with suppress(BaseException):  # `watch` has it
            watched_call(watch, source, context, event, lambda: load(function)(event, context))

    thread = threading.Thread(target=work, name=function.name, daemon=True)
    thread.start()
    thread.join(function.timeout)
    while thread.is_alive() and _debugged(thread):
        thread.join(0.1)
    return _timed_out(function, thread, watch) if thread.is_alive() else _judged(function, watch)


def _judged(function: Function, watch: Watch) -> Invocation:
    """What the gateway makes of the answer, for a function with routes; else what Lambda makes of it."""
    seen = watch.known()
    http = bool(function.routes)
    if seen.error:
        return replace(seen, status=502 if http else None)
    try:
        if http:
            return replace(seen, status=read_result(watch.answer).status)
        json.dumps(watch.answer, allow_nan=False)
    except (InvalidResult, TypeError, ValueError, RecursionError) as error:
        return replace(seen, status=502 if http else None, error=f"{type(error).__name__}: {error}")
    return seen


def _timed_out(function: Function, thread: threading.Thread, watch: Watch) -> Invocation:
    frame = sys._current_frames().get(thread.ident or 0)
    where = "".join(traceback.format_stack(frame)) if frame else ""
    place = where.find(f"/{function.module}.py")  # from the handler on
    where = where[max(0, where.rfind("  File ", 0, place)) :] if place >= 0 else ""
    seen = watch.unfinished(f"{where}Task timed out after {function.timeout:.2f} seconds", function.timeout)
    return replace(seen, status=502 if function.routes else None)


def _debugged(thread: threading.Thread) -> bool:
    """Whether somebody looks at it with a debugger: the time limit waits meanwhile."""
    frame: FrameType | None = sys._current_frames().get(thread.ident or 0)
    while frame is not None:
        if frame.f_code.co_filename.endswith(_DEBUGGERS):
            return True
        frame = frame.f_back
    return False
