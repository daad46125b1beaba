"""Which modules import which when they are imported themselves: read from their code, without running it."""

from __future__ import annotations

import dis
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cache
from types import CodeType

BY_NAME = {"import_module", "__import__", "iter_modules", "walk_packages"}  # what they import can't be read
OF_FUNCTIONS = 0x1 | 0x2  # CO_OPTIMIZED, CO_NEWLOCALS: class bodies have neither


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
    """The `known` modules that an import of this module brings; not what its functions import once called.

    A module that imports by names made at run time may import all of its package.
    """
    package = module if code.co_filename.endswith("__init__.py") else module.rpartition(".")[0]
    names = set(_parents(module))
    for name in _names_in(code):
        whole = f"{package}.{name}" if package else name  # a relative import
        names.update(_parents(name), _parents(whole), (name, whole))
    if _imports_by_name(code):
        names.update(name for name in known if name.startswith(f"{package}.") or not package)
    return (names & known) - {module}


@cache  # code that has not changed is the same object
def _names_in(code: CodeType) -> tuple[str, ...]:
    return tuple(_names(code))


def _names(code: CodeType) -> Iterator[str]:
    module, checking, skipped_to = "", False, 0
    for instruction in dis.get_instructions(code):
        if instruction.offset < skipped_to:  # what follows `if TYPE_CHECKING:`
            continue
        if checking and "IF_FALSE" in instruction.opname:
            skipped_to = instruction.argval
        elif instruction.opname == "IMPORT_NAME":
            module = instruction.argval
            yield module
        elif instruction.opname == "IMPORT_FROM":
            yield f"{module}.{instruction.argval}".lstrip(".")
        checking = instruction.argval == "TYPE_CHECKING" or (checking and instruction.opname == "TO_BOOL")
    for constant in code.co_consts:
        if isinstance(constant, CodeType) and not constant.co_flags & OF_FUNCTIONS:
            yield from _names(constant)


def _imports_by_name(code: CodeType) -> bool:
    inner = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return not BY_NAME.isdisjoint(code.co_names) or any(_imports_by_name(each) for each in inner)


def _parents(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts)))
