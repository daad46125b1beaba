"""The process that runs the functions: one version of the code, one request at a time, as in Lambda.

It waits for `load`, imports, and says `ready` or `broken`; then it answers requests until the
connection ends. Before a handler runs it says which function began, so that the other side can cut it off.
"""

from __future__ import annotations

import contextlib
import gc
import os
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Sequence, Set
from itertools import takewhile
from pathlib import Path
from typing import Any

from devserver.debug.debugging import use_debugger
from devserver.functions.found import Handlers, front_first, make_api, read_functions_once
from devserver.functions.variables import Variables
from devserver.gateway.gateway import Api, Event, LambdaContext, LambdaFunction, Request, Response, handle
from devserver.inspector.inspector import Inspector
from devserver.options import Options
from devserver.record.capture import listen
from devserver.record.invocations import writer
from devserver.record.watch import answer_recorded
from devserver.reload.frames import Closed, Message, receive, send
from devserver.reload.memory import is_idle, unshare_while_idle
from devserver.reload.problem import problem_of
from devserver.reload.sources import Codes, NotYet, import_from, loaded_from, without
from tooling.blocks.blocks import BlockError, Function

Answer = Callable[[Request], Response]


def run(
    options: Options,
    connection: socket.socket,
    lifeline: int | None,
    codes: Codes,
    variables: Variables,
    changing: Set[str] = frozenset(),
) -> None:
    """Be an environment until the connection ends; never returns.

    changing: modules that are not imported before `load`: the next save may change them.
    """
    try:
        if lifeline is not None:
            threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()
        gc.disable()  # until the first page is out: all that was made before stays
        unshare_while_idle(connection)
        src = options.root / "src"
        learned = Learned(src, codes)
        forked = bool(loaded_from(src))  # from a template, which has begun with the import
        listen()
        handle(Api(), Request(), lambda *_: {})  # the first time costs a millisecond
        unasked = takewhile(lambda _: is_idle(connection), sorted(loaded_from(src)))
        with without(changing):
            prepared = prepare(unasked, _functions(options.root), variables)
        copy = receive(connection)[0]["copy"]
        send(connection, {"state": "started", "pid": os.getpid()})
        use_debugger(connection, options)
        if copy:
            codes.read_copy(src, Path(copy, "src"))
        if not forked:
            import_from(src, codes)
        root = Path(copy) if copy else options.root
        answer = _load(options, root, connection, variables, learned, prepared)
        if answer is not None:
            _serve(connection, answer, learned)
    except Closed:
        pass
    except BaseException:
        traceback.print_exc()
    finally:
        writer.flush()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)  # threads of a handler must not keep an environment of old code


def _load(
    options: Options,
    root: Path,
    connection: socket.socket,
    variables: Variables,
    learned: Learned,
    prepared: Set[str],
) -> Answer | None:
    src = options.root / "src"
    try:
        functions = read_functions_once(root)
        if not any(function.routes for function in functions):
            raise BlockError(f"{src}: no lambda_*.py declares routes")
        handlers = Handlers(functions, variables.become)
        handlers.load()
    except (Exception, SystemExit) as error:
        told = problem_of(error, options.root)
        send(connection, {"state": "broken", "problem": vars(told)})
        return None
    api = make_api(functions, options.port, options.stage, options.integration_timeout)
    inspector = Inspector(options.root, functions, api, variables.become)

    def invoke(function: LambdaFunction, event: Event, context: LambdaContext) -> object:
        seconds = 0 if options.debugpy else function.timeout
        send(connection, {"began": function.name, "timeout": seconds, "gateway": options.integration_timeout})
        return handlers.invoke(function, event, context)

    send(connection, {"state": "ready"} | learned.news())
    own = {function.module for function in functions if function.routes}
    prepare(sorted(own - prepared), functions, variables)  # the first request is on its way
    return lambda request: inspector.respond(request) or answer_recorded(api, request, invoke)


def prepare(modules: Iterable[str], functions: Sequence[Function], variables: Variables) -> Set[str]:
    """Call `before_snapshot` of the modules that have it, as Lambda does once before SnapStart's snapshot.

    First of all that the next save can't change; of what comes with a save only of the functions' own
    modules, for more would take longer than the first request is on its way. A function's own module sees
    what the function sees, what several share that of the one that answers the start page.
    Returns the modules that were looked at.
    """
    prepared = set()
    own = {function.module: function for function in functions}
    front = next(iter(front_first(functions)), None)
    for name in modules:
        prepared.add(name)
        hook = getattr(sys.modules[name], "before_snapshot", None)
        if callable(hook):
            variables.become(own.get(name, front))
            try:
                hook()
            except NotYet:
                pass
            except Exception:
                traceback.print_exc()
    return prepared


def _functions(root: Path) -> tuple[Function, ...]:
    with contextlib.suppress(BlockError, OSError):
        return read_functions_once(root)
    return ()


def _serve(connection: socket.socket, answer: Answer, learned: Learned) -> None:
    while True:
        fields, body = receive(connection)
        headers = tuple((name, value) for name, value in fields.pop("headers"))
        response = answer(Request(**fields, headers=headers, body=body))
        message: dict[str, Any] = {"status": response.status, "headers": response.headers}
        send(connection, message | learned.news(), response.body)
        if not gc.isenabled():
            gc.freeze()
            gc.enable()


class Learned:
    """What this process had to import or compile: those that come can be forked with it done."""

    def __init__(self, src: Path, codes: Codes) -> None:
        self._src = src
        self._codes = codes
        self._known = set(sys.modules)
        self._own = loaded_from(src)
        self._count = 0

    def news(self) -> Message:
        """`files` of src that are loaded; `modules` from elsewhere and `texts` of code that are new."""
        if len(sys.modules) == self._count:
            return {}
        self._count = len(sys.modules)
        new = [name for name in tuple(sys.modules) if name not in self._known]
        own = loaded_from(self._src, new)
        self._own |= own
        self._known.update(new)
        texts, self._codes.texts = self._codes.texts, []
        modules = [name for name in new if name not in own]
        return {"files": list(self._own.values()), "modules": modules, "texts": texts}


def _end_with(lifeline: int) -> None:
    """End this process when the supervisor is gone, whatever a handler is doing."""
    while True:
        try:
            if os.read(lifeline, 1) == b"":
                os._exit(1)
        except OSError:
            os._exit(1)
