"""Stamp: changes with the source of every module that a result depends on, and with the data beside them.

What a module imports is read from its text, functions that import when they are called included; what is
imported from a package itself may come from any of its modules.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

SRC = Path(__file__).resolve().parent.parent.parent
OTHER = ("_test.py", "conftest.py")
KNOWN = 1024  # texts of modules
_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]*(\([^)]*\)|[^\n]*)|import[ \t]+([^\n]*))", re.MULTILINE
)
_NAME = re.compile(rb"[\w.]+")
_known: dict[tuple[tuple[str, ...], str], tuple[str, dict[Path, tuple[int, int]]]] = {}


def stamp_of(*roots: str, without: str = "") -> str:
    """Of these modules and of all that they import. without: modules whose names begin so count for nothing.

    The code of a module that this process has imported is what it was imported from, whatever its file has
    become.
    """
    known = _known.get((roots, without))
    if known is None or any(_state(file) != state for file, state in known[1].items()):
        known = _known[roots, without] = _stamped(closure(*roots, without=without))
    return known[0]


def _stamped(names: tuple[str, ...]) -> tuple[str, dict[Path, tuple[int, int]]]:
    """The stamp, and the files that may still change: of modules that are not imported, and of data."""
    folders = {_modules()[name].parent for name in names}
    data = [file for folder in sorted(folders) for file in _data_files(folder)]
    parts = [
        *(f"{name} {version(name)}" for name in names),
        *(f"{file.name} {_hash(str(file), *_state(file))}" for file in data),
    ]
    open_still = [*data, *(_modules()[name] for name in names if name not in sys.modules)]
    stamp = hashlib.blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()
    return stamp, {file: _state(file) for file in open_still}


def closure(*roots: str, without: str = "") -> tuple[str, ...]:
    """The names of these modules and of all that they import, directly or not, sorted."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found and not (without and name.startswith(without)):
            found.add(name)
            waiting += imports_of(name)
    return tuple(sorted(found))


def imports_of(name: str) -> tuple[str, ...]:
    """The modules of src that this one imports."""
    return _imports(str(_modules()[name]), *_state(_modules()[name]))


def version(name: str) -> str:
    """What the code of a module was made of. The dev server says it of those that it has imported."""
    known = getattr(getattr(sys.modules.get(name), "__spec__", None), "loader_state", None)
    return str(known or _hash(str(_modules()[name]), *_state(_modules()[name])))


@cache
def _modules() -> dict[str, Path]:
    """Name -> file, for all of src but the tests."""
    found = {}
    for file in SRC.rglob("*.py"):
        if not file.name.endswith(OTHER):
            parts = file.relative_to(SRC).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


@cache
def _data_files(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(file for file in folder.iterdir() if file.is_file() and file.suffix == ".json"))


def _state(file: Path) -> tuple[int, int]:
    status = os.stat(file)  # noqa: PTH116  a third of the time, for a hundred files
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=KNOWN)
def _hash(file: str, changed: int, size: int) -> str:
    """As devserver/reload/sources.py has it."""
    return hashlib.blake2b(Path(file).read_bytes(), digest_size=16).hexdigest()


@lru_cache(maxsize=KNOWN)
def _imports(file: str, changed: int, size: int) -> tuple[str, ...]:
    found: set[str] = set()
    for module, names, whole in _IMPORT.findall(Path(file).read_bytes()):
        if module:
            listed = (_NAME.match(each.strip()) for each in names.strip(b"()").split(b","))
            found.update(_resolved(module.decode(), tuple(each[0].decode() for each in listed if each)))
        for each in whole.split(b",") if whole else ():
            if name := _NAME.match(each.strip()):
                found.update(_resolved(name[0].decode(), ("",)))
    return tuple(sorted(found))


def _resolved(module: str, names: tuple[str, ...]) -> Iterator[str]:
    """The modules of src behind `from module import names`."""
    modules = _modules()
    parts = module.split(".")
    yield from (name for n in range(1, len(parts)) if (name := ".".join(parts[:n])) in modules)
    if module not in modules:
        return
    yield module
    for name in names:
        inner = f"{module}.{name}"
        if inner in modules:
            yield inner
        if inner in modules and modules[inner].name != "__init__.py":
            continue
        package = inner if inner in modules else module
        if modules[package].name == "__init__.py":
            yield from (each for each in modules if each.rpartition(".")[0] == package)
