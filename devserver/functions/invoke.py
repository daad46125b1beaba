"""`inv invoke cop --event file.json`: one function, once, from the shell, as Lambda would run it."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from devserver.functions.once import load, run_once
from devserver.functions.samples import samples
from devserver.functions.variables import Variables
from devserver.record.capture import listen
from devserver.record.invocation import Invocation
from devserver.record.watch import Watch
from devserver.reload.environment import function_environment
from devserver.reload.sources import Codes, import_from
from tooling.blocks.blocks import BlockError, Function, read_functions


class InvokeError(Exception):
    """What was asked can't be run; the message is one line with the way out."""


def invoke(
    root: Path,
    name: str,
    event_file: str | Path | None = None,
    demo_file: Callable[[], Path] | None = None,
) -> int:
    """Run the function of `root`/src with that name; returns the exit code: 1 if it, or its name, fails.

    The result goes to stdout as JSON; logs, traceback and a line of figures to stderr. event_file: JSON,
    "-" for stdin; without one, the first sample event that fits the function's infra block.
    demo_file: answers the demo estate's data file, where it is not the committed one.
    """
    try:
        function = find_function(read_functions(root), name)
        event = read_event(event_file) if event_file else samples(function)[0].event
    except (InvokeError, BlockError) as error:
        print(error, file=sys.stderr)
        return 1
    os.environ.update(function_environment(root, os.environ, demo_file=demo_file))
    Variables(root).become(function)
    listen()
    import_from(root / "src", Codes())
    began = time.perf_counter()
    with redirect_stdout(sys.stderr):  # what a function prints is its log
        with suppress(Exception, SystemExit):
            load(function)
        imported = time.perf_counter() - began
        done = run_once(function, event, watch=(watch := Watch()))
    if done.error is None:
        print(json.dumps(watch.answer, indent=2, ensure_ascii=False), flush=True)
    return _report(function, done, imported)


def short_name(function: Function) -> str:
    """`cop` for lambda_cop."""
    return function.module.removeprefix("lambda_")


def find_function(functions: tuple[Function, ...], name: str) -> Function:
    """The function called `cop`, `lambda_cop`, `CopFunction` or, for lambda_function, `polo`.

    Raises InvokeError with the valid names.
    """
    wanted = name.lower().replace("-", "_").removesuffix(".py").removeprefix("src/")
    for function in functions:
        names = {short_name(function), function.module, function.name.lower()}
        if wanted in names | ({"polo"} if function.module == "lambda_function" else set()):
            return function
    valid = [short_name(function) for function in functions]
    near = get_close_matches(wanted, valid, 1)
    meant = f": did you mean {near[0]}?" if near else "."
    raise InvokeError(f"Unknown function {name!r}{meant} Valid: {', '.join(valid) or '(no src/lambda_*.py)'}")


def read_event(file: str | Path) -> Any:
    """The event of a JSON file. Raises InvokeError with file, line and column of what is wrong."""
    try:
        text = sys.stdin.read() if str(file) == "-" else Path(file).read_text(encoding="utf-8-sig")
        return json.loads(text)
    except OSError as error:
        raise InvokeError(f"{file}: {error.strerror}. Way out: --event a JSON file, or none") from error
    except UnicodeDecodeError as error:
        raise InvokeError(f"{file}: byte {error.start} is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise InvokeError(f"{file}:{error.lineno}:{error.colno}: {error.msg}") from error


def _report(function: Function, done: Invocation, imported: float) -> int:
    if done.error:
        print(done.error.rstrip(), file=sys.stderr)
    memory = "" if done.memory is None else f", {done.memory} of {function.memory} MB"
    print(
        f"{function.name}  {done.duration:.1f} ms of {function.timeout} s, "
        f"import {imported * 1000:.0f} ms{memory}",
        file=sys.stderr,
        flush=True,
    )
    return 1 if done.error else 0
