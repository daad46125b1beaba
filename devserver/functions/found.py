"""The functions of src/lambda_*.py that have routes: an Api of them, and their handlers on demand."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from devserver.gateway.gateway import Api, Event, LambdaContext, LambdaFunction, Route
from tooling.blocks.blocks import Function, read_functions

_read: dict[tuple[tuple[str, bytes], ...], tuple[Function, ...]] = {}


def read_functions_once(root: Path) -> tuple[Function, ...]:
    """As read_functions, but files that have not changed are not read again. Raises BlockError, OSError."""
    files = sorted((root / "src").glob("lambda_*.py"))
    key = tuple((str(file), file.read_bytes()) for file in files)
    if key not in _read:
        found = read_functions(root)
        _read.clear()
        _read[key] = found
    return _read[key]


def make_api(functions: Iterable[Function], port: int, stage: str = "", timeout: float = Api.timeout) -> Api:
    """The API that these functions' infra blocks declare, as it stands on http://localhost:`port`.

    timeout: of its integrations, in seconds.
    """
    routes = tuple(
        Route(path, function=LambdaFunction(function.name, function.memory, function.timeout))
        for function in functions
        for path in function.routes
    )
    return Api(routes, stage or "local", under_stage=bool(stage), scheme="http", port=port, timeout=timeout)


def front_first(functions: Iterable[Function]) -> tuple[Function, ...]:
    """Those with routes; first the one that answers the start page: what all share is imported as by it."""
    routed = (function for function in functions if function.routes)
    return tuple(sorted(routed, key=lambda function: min(map(len, function.routes))))


class Handlers:
    """Runs the functions that have routes. become: called with a function before its code runs."""

    def __init__(self, functions: Iterable[Function], become: Callable[[Function], None]) -> None:
        self._functions = {function.name: function for function in front_first(functions)}
        self._become = become

    def load(self) -> None:
        """Import all modules now; raises what they raise."""
        for function in self._functions.values():
            if function.module not in sys.modules:
                self._become(function)
                importlib.import_module(function.module)

    def invoke(self, function: LambdaFunction, event: Event, context: LambdaContext) -> object:
        """The handler's answer; the gateway calls this."""
        declared = self._functions[function.name]
        self._become(declared)
        module = importlib.import_module(declared.module)
        handler: Callable[[Any, Any], object] = module.lambda_handler
        return handler(event, context)
