"""The functions of src/lambda_*.py that have routes: an Api of them, and their handlers on demand."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from devserver.gateway import Api, Event, LambdaContext, LambdaFunction, Route
from tooling.infra_blocks import Function, read_functions

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


class Handlers:
    """Finds the handler of a function, importing its module on the first call."""

    def __init__(self, functions: Iterable[Function]) -> None:
        self._modules = {function.name: function.module for function in functions if function.routes}

    def load(self) -> None:
        """Import all modules now; raises what they raise."""
        for module in self._modules.values():
            importlib.import_module(module)

    def invoke(self, function: LambdaFunction, event: Event, context: LambdaContext) -> object:
        """The handler's answer; the gateway calls this."""
        module = importlib.import_module(self._modules[function.name])
        handler: Callable[[Any, Any], object] = module.lambda_handler
        return handler(event, context)
