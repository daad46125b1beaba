"""Infra blocks: what each src/lambda_*.py declares in its docstring, read without importing it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tooling.blocks.schema import KEYS, problem_with

EXAMPLE = 'infra:\n  routes: ["/{proxy+}"]'


class BlockError(Exception):  # no PoloError: the dev server reads blocks without Polo's src
    """An infra block that can't be used; the message is `src/lambda_x.py:LINE: what and the way out`."""


@dataclass(frozen=True)
class Function:
    """One Lambda function as its infra block declares it: memory and disk in MB, timeout in seconds."""

    name: str
    module: str
    line: int = 1
    routes: tuple[str, ...] = ()
    schedule: str | None = None
    queue: str | None = None
    topic: str | None = None
    memory: int = 256
    disk: int = 512
    timeout: int = 30
    tables: tuple[tuple[str, str], ...] = ()
    buckets: tuple[tuple[str, str], ...] = ()
    secrets: tuple[str, ...] = ()
    invokes: tuple[str, ...] = ()
    assume: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    cost_apis: bool = False

    @property
    def handler(self) -> str:
        return f"{self.module}.lambda_handler"

    @property
    def snap_start(self) -> bool:
        """Lambda takes no snapshots of functions with more disk than the usual."""
        return self.disk == Function.disk

    @property
    def file(self) -> str:
        return f"src/{self.module}.py"


def function_name(module: str) -> str:
    """`PoloFunction` for lambda_function, `CostReportFunction` for lambda_cost_report."""
    words = module.removeprefix("lambda_").split("_")
    return "PoloFunction" if words == ["function"] else "".join(map(str.capitalize, words)) + "Function"


def read_functions(root: Path) -> tuple[Function, ...]:
    """All functions of `root`/src by module name. Raises BlockError for the first block that is wrong."""
    functions = tuple(read_function(file) for file in _lambda_files(root))
    _refuse_shared_routes(functions)
    return functions


def check_tests(root: Path) -> None:
    """Raises BlockError when a src/lambda_*.py has no test beside it."""
    for file in _lambda_files(root):
        if not (test := file.with_name(f"{file.stem}_test.py")).exists():
            raise BlockError(f"src/{file.name}:1: has no test; write src/{test.name}")


def read_function(file: Path) -> Function:
    """The function that one file declares. Raises BlockError."""
    where = f"src/{file.name}"
    try:
        tree = ast.parse(file.read_bytes())
    except SyntaxError as error:
        raise BlockError(f"{where}:{error.lineno}: {error.msg}") from error
    text, line = _block(tree, where)
    try:
        root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)["infra"]
    except yaml.MarkedYAMLError as error:
        below = error.problem_mark.line if error.problem_mark else 0
        raise BlockError(f"{where}:{line + below}: the infra block is not YAML: {error.problem}") from error
    if not isinstance(content, dict):
        raise BlockError(f"{where}:{line}: infra is {content!r}; it is a mapping of {', '.join(KEYS)}")
    lines = {key.value: line + key.start_mark.line for key, _ in root.value[0][1].value}
    for key, value in content.items():
        if problem := problem_with(key, value):
            raise BlockError(f"{where}:{lines.get(str(key), line)}: {problem}")
    fields = {key.replace("-", "_"): _frozen(value) for key, value in content.items()}
    return Function(name=function_name(file.stem), module=file.stem, line=line, **fields)


def _lambda_files(root: Path) -> list[Path]:
    files = sorted((root / "src").glob("lambda_*.py"))
    return [file for file in files if not file.stem.endswith("_test")]


def _block(tree: ast.Module, where: str) -> tuple[str, int]:
    first = tree.body[0] if tree.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        lines = str(first.value.value).splitlines()
        for index, text in enumerate(lines):
            if text.startswith("infra:"):
                return "\n".join(lines[index:]) + "\n", first.lineno + index
    raise BlockError(f"{where}:1: no infra block; the docstring needs one, such as {EXAMPLE!r}")


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple(value.items())
    return tuple(value) if isinstance(value, list) else value


def _refuse_shared_routes(functions: Iterable[Function]) -> None:
    owners: dict[str, Function] = {}
    for function in functions:
        for route in function.routes:
            if (other := owners.setdefault(route, function)) is not function:
                raise BlockError(
                    f"{function.file}:{function.line}: route {route!r} is taken by {other.file}:{other.line}"
                )
