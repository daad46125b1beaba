"""Which modules import which: read from their code, without running it."""

from __future__ import annotations

import opcode
from collections.abc import Iterable, Iterator, Mapping, Set
from types import CodeType

IMPORT_NAME = opcode.opmap["IMPORT_NAME"]
IMPORT_FROM = opcode.opmap["IMPORT_FROM"]
EXTENDED_ARG = opcode.opmap["EXTENDED_ARG"]
BY_NAME = {"import_module", "__import__", "iter_modules", "walk_packages"}  # what they import can't be read


def dependents(changed: Iterable[str], imports: Mapping[str, Set[str]]) -> set[str]:
    """The changed modules, and those that import one of them, directly or not."""
    importers: dict[str, set[str]] = {}
    for module, imported in imports.items():
        for name in imported:
            importers.setdefault(name, set()).add(module)
    found: set[str] = set()
    waiting = list(changed)
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += importers.get(module, ())
    return found


def imports_of(module: str, code: CodeType, known: Set[str]) -> set[str]:
    """The `known` modules that one module may import, whenever that is.

    A module that imports by names made at run time may import all of its package.
    """
    package = module if code.co_filename.endswith("__init__.py") else module.rpartition(".")[0]
    names = set(_parents(module))
    for name in _names(code):
        whole = f"{package}.{name}" if package else name  # a relative import
        names.update(_parents(name), _parents(whole), (name, whole))
    if _imports_by_name(code):
        names.update(name for name in known if name.startswith(f"{package}.") or not package)
    return (names & known) - {module}


def _names(code: CodeType) -> Iterator[str]:
    argument, module = 0, ""
    for index in range(0, len(code.co_code), 2):
        operation, low = code.co_code[index], code.co_code[index + 1]
        argument = argument << 8 | low
        if operation == EXTENDED_ARG:
            continue
        if operation == IMPORT_NAME:
            module = code.co_names[argument]
            yield module
        elif operation == IMPORT_FROM:
            yield f"{module}.{code.co_names[argument]}".lstrip(".")
        argument = 0
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _imports_by_name(code: CodeType) -> bool:
    inner = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return not BY_NAME.isdisjoint(code.co_names) or any(_imports_by_name(each) for each in inner)


def _parents(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts)))
