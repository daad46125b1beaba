"""Imports of src: always of the text as it is now, and compiled once for each text."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Set
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType
from typing import Any

TEST_FILES = ("_test.py", "conftest.py")


class Codes:
    """Compiled code by what it was compiled from; a process that is forked starts with its parent's."""

    def __init__(self) -> None:
        self._codes: dict[bytes, CodeType] = {}
        self._versions: dict[int, str] = {}  # by the id of a code that stays
        self.texts: list[str] = []  # pieces of code that were generated at run time
        self._copy: tuple[str, str] | None = None

    def read_copy(self, folder: Path, copy: Path) -> None:
        """From now on the files of a folder are read where they were copied to, under their own names."""
        self._copy = (str(folder), str(copy))

    def modules(self, folder: Path) -> dict[str, str]:
        """Name and file of the modules of a folder, or of its copy."""
        if self._copy is None:
            return dict(modules_of(folder))
        own, copy = self._copy
        return {name: own + file.removeprefix(copy) for name, file in modules_of(Path(copy))}

    def of_file(self, path: str) -> CodeType:
        """Raises SyntaxError and OSError."""
        place = path if self._copy is None else path.replace(*self._copy, 1)
        with open(place, "rb") as file:  # noqa: PTH123  what an import can wait for, it will
            content = file.read()
        return self._of(content, path)

    def version(self, code: CodeType) -> str:
        """Of a file's code: another one for another content, as services/read/stamp.py says it of a file."""
        return self._versions[id(code)]

    def of_text(self, text: str) -> CodeType:
        known = len(self._codes)
        code = self._of(text.encode(), "<string>")
        if len(self._codes) > known:
            self.texts.append(text)
        return code

    def _of(self, content: bytes, path: str) -> CodeType:
        key = hashlib.blake2b(path.encode() + b"\0" + content, digest_size=16).digest()
        code = self._codes.get(key)
        if code is None:
            code = self._codes[key] = compile(content, path, "exec", dont_inherit=True)
            self._versions[id(code)] = hashlib.blake2b(content, digest_size=16).hexdigest()
        return code


class NotYet(ImportError):
    """Raised by an import that is not to be made yet."""


class SourceFinder:
    """Finds modules and packages of one folder by a table of its files, without a look at the disk."""

    def __init__(self, folder: Path, codes: Codes) -> None:
        self._folder = folder
        self._codes = codes
        self._files = codes.modules(folder)
        self.closed: Set[str] = frozenset()

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        file = self._files.get(name)
        if file is None:
            return None
        if name in self.closed:
            raise NotYet(f"{file} may change before it is needed", name=name, path=file)
        folders = [os.path.dirname(file)] if file.endswith("__init__.py") else None  # noqa: PTH120
        return spec_from_file_location(
            name,
            file,
            loader=SourceLoader(self._codes, file),  # type: ignore[arg-type]
            submodule_search_locations=folders,
        )


class SourceLoader:
    """Runs a module's code; the part of importlib's loaders that modules and tracebacks ask for."""

    def __init__(self, codes: Codes, path: str) -> None:
        self._codes = codes
        self._path = path

    def create_module(self, spec: ModuleSpec) -> None:
        """None: an ordinary module."""

    def exec_module(self, module: Any) -> None:
        code = self.get_code()
        module.__spec__.loader_state = self._codes.version(code)
        exec(code, module.__dict__)  # noqa: S102  the import itself

    def get_code(self, name: str = "") -> CodeType:
        return self._codes.of_file(self._path)

    def get_filename(self, name: str = "") -> str:
        return self._path

    def get_source(self, name: str = "") -> str:
        return Path(self._path).read_text(encoding="utf-8")

    def get_data(self, path: str) -> bytes:
        return Path(path).read_bytes()


def import_from(folder: Path, codes: Codes) -> None:
    """Put a folder first in the search for modules, from now on and with the files it has now."""
    forget(folder)
    sys.meta_path.insert(0, SourceFinder(folder, codes))
    sys.path[:] = [str(folder), *(path for path in sys.path if path != str(folder))]
    sys.dont_write_bytecode = True  # for other ways to import, as subprocesses of a function have them
    compile_dataclasses_with(codes)


@contextlib.contextmanager
def without(names: Set[str]) -> Iterator[None]:
    """Meanwhile these modules can't be imported."""
    finders = [finder for finder in sys.meta_path if isinstance(finder, SourceFinder)]
    for finder in finders:
        finder.closed = names
    try:
        yield
    finally:
        for finder in finders:
            finder.closed = frozenset()


def forget(folder: Path) -> None:
    """Take out what `import_from` has put in."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, SourceFinder)]
    if str(folder) in sys.path:
        sys.path.remove(str(folder))


def compile_dataclasses_with(codes: Codes) -> None:
    """dataclasses writes the same methods anew on each import: two thirds of the time of importing Polo."""

    def run(text: str, variables: dict[str, Any], local: dict[str, Any] | None = None) -> None:
        exec(codes.of_text(text), variables, local)  # noqa: S102

    dataclasses.exec = run  # type: ignore[attr-defined]  # seen before the built-in one


def modules_of(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and file of every module and package below a folder, but the tests."""
    for path, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name.isidentifier() and name != "__pycache__"]
        prefix = ".".join(Path(path).relative_to(folder).parts)
        for name in files:
            stem, suffix = os.path.splitext(name)  # noqa: PTH122
            if suffix == ".py" and stem.isidentifier() and not name.endswith(TEST_FILES):
                whole = prefix if stem == "__init__" else f"{prefix}.{stem}" if prefix else stem
                if whole:
                    yield whole, os.path.join(path, name)  # noqa: PTH118


def loaded_from(folder: Path, names: Iterable[str] | None = None) -> dict[str, str]:
    """Name and file of the modules of a folder that this process has imported; `names`: among these."""
    top = str(folder) + os.sep
    modules = ((name, sys.modules.get(name)) for name in (tuple(sys.modules) if names is None else names))
    found = ((name, getattr(module, "__file__", None)) for name, module in modules)
    return {name: file for name, file in found if file and file.startswith(top)}
