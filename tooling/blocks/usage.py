"""What each function really reads of Settings, found with `ast` in what it refers to, against its block."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

from settings import Settings, name_of
from tooling.blocks.blocks import BlockError, Function, read_functions
from tooling.blocks.variables import variables

SETTINGS = "settings"  # the module, and the name that every object of it has
BACKEND = "backend"  # the name that every object of a class has whose own name ends so


def check_usage(root: Path, names: Mapping[str, str] | None = None) -> None:
    """Raises BlockError for the first variable that a function reads and does not declare, or the reverse.

    names: field of Settings -> its variable; by default those that there are.
    """
    functions, sources = read_functions(root), Sources(root / "src", names or _variables_of_settings())
    for function in functions:
        _check(function, functions, sources.reads(function.module))


def _variables_of_settings() -> dict[str, str]:
    return {field.name: name_of(field) for field in fields(Settings)}


def _check(function: Function, functions: Iterable[Function], read: Mapping[str, str]) -> None:
    declared = set(variables(function, functions))
    at = f"{function.file}:{function.line}"
    for variable, where in sorted(read.items()):
        if variable not in declared:
            raise BlockError(f"{at}: {where} reads {variable}, which this block does not declare; add it")
    for variable in sorted(declared - set(read)):
        raise BlockError(f"{at}: declares {variable}, which nothing that it uses reads; remove it")


Unit = tuple[str, str]  # a module, and a name at its top level or a Backend's method: Class.method


@dataclass(frozen=True)
class Sources:
    """The modules of src by dotted name, and who reads what."""

    folder: Path
    names: Mapping[str, str]

    def reads(self, module: str) -> dict[str, str]:
        """Variable -> `src/file.py:LINE` of a place that reads it, in all that the module refers to."""
        found: dict[str, str] = {}
        for name, unit in sorted(self._reachable(module)):
            for field, line in _fields_read(self._modules[name].units[unit]) if name != SETTINGS else ():
                for variable in self._variables(field):
                    found.setdefault(variable, f"src/{self._modules[name].path}:{line}")
        return found

    @cached_property
    def _modules(self) -> dict[str, Module]:
        files = (file for file in self.folder.rglob("*.py") if not file.stem.endswith(("_test", "conftest")))
        paths = {file: file.relative_to(self.folder).as_posix() for file in files}
        return {_dotted(path): Module(path, ast.parse(file.read_bytes())) for file, path in paths.items()}

    @cached_property
    def _properties(self) -> dict[str, set[str]]:
        """Property of Settings -> the fields and properties that it is made of."""
        made = (node for node in ast.walk(self._modules[SETTINGS].tree) if isinstance(node, ast.FunctionDef))
        return {node.name: set(_own_attributes(node)) for node in made}

    def _variables(self, field: str) -> Iterator[str]:
        if field in self.names:
            yield self.names[field]
        for part in self._properties.get(field, ()):
            yield from self._variables(part)

    def _reachable(self, module: str) -> set[Unit]:
        """The units that the module refers to. Of a Backend only the methods that are called."""
        found, called, todo = set[Unit](), set[str](), self._whole(module)
        while todo:
            unit = todo.pop()
            if unit not in found:
                found.add(unit)
                own, others = self._called(*unit)
                called |= others
                todo += [*self._referred(*unit), *own, *self._methods(found, called)]
        return found

    def _called(self, module: str, name: str) -> tuple[list[Unit], set[str]]:
        """What is asked of a Backend: of the same one (self.x), and of any (backend.x, backend().x)."""
        known = self._modules[module].units
        kind, _, method = name.partition(".")
        nodes = [each for node in known[name] for each in ast.walk(node) if isinstance(each, ast.Attribute)]
        any_one = {node.attr for node in nodes if _last_name(node.value) == BACKEND}
        itself = {node.attr for node in nodes if method and _last_name(node.value) == "self"}
        own = {each for each in itself if f"{kind}.{each}" in known}
        return [(module, f"{kind}.{each}") for each in own], any_one | (itself - own)

    def _methods(self, found: Iterable[Unit], called: Iterable[str]) -> Iterator[Unit]:
        for module, name in found:
            if name.lower().endswith(BACKEND):
                names = (f"{name}.{each}" for each in called)
                yield from ((module, each) for each in names if each in self._modules[module].units)

    def _referred(self, module: str, name: str) -> Iterator[Unit]:
        own = self._modules[module]
        for node in own.units[name]:
            for each in ast.walk(node):
                if isinstance(each, ast.ImportFrom | ast.Import):  # within a function
                    for target in _imported(each).values():
                        yield from self._named(target)
                elif isinstance(each, ast.Name | ast.Attribute):
                    yield from self._named(own.resolve(each))

    def _named(self, target: str) -> list[Unit]:
        """The unit that a dotted name is, or all those of the module that it is."""
        if target in self._modules:
            return self._whole(target)
        module, _, name = target.rpartition(".")
        known = module in self._modules and name in self._modules[module].units
        return [(module, name)] if known else []

    def _whole(self, module: str) -> list[Unit]:
        return [(module, name) for name in self._modules[module].units if "." not in name]


@dataclass(frozen=True)
class Module:
    """One file: what it binds at its top level, with a Backend's methods apart, and what it imports there."""

    path: str
    tree: ast.Module

    @cached_property
    def units(self) -> dict[str, list[ast.AST]]:
        """Name -> the statements that bind it; "" -> those that bind none."""
        found: dict[str, list[ast.AST]] = {}
        for statement in self.tree.body:
            if isinstance(statement, ast.ClassDef) and statement.name.lower().endswith(BACKEND):
                found |= _apart(statement)
            elif not isinstance(statement, ast.Import | ast.ImportFrom):
                for name in _bound(statement) or [""]:
                    found.setdefault(name, []).append(statement)
        return found

    @cached_property
    def imports(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for statement in self.tree.body:
            found |= _imported(statement)
        return found

    def resolve(self, node: ast.Name | ast.Attribute) -> str:
        """The dotted name that an expression such as `metrics.ACTION` stands for; "" for any other."""
        if isinstance(node, ast.Name):
            return self.imports.get(node.id) or f"{_dotted(self.path)}.{node.id}"
        inner = self.resolve(node.value) if isinstance(node.value, ast.Name | ast.Attribute) else ""
        return inner and f"{inner}.{node.attr}"


def _dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _bound(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [statement.name]
    targets = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return [node.id for node in targets if isinstance(node.ctx, ast.Store)]


def _apart(node: ast.ClassDef) -> dict[str, list[ast.AST]]:
    """The class without its methods, and each of these by itself; abstract ones are left out."""
    methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
    rest = [*node.bases, *(each for each in node.body if each not in methods)]
    found: dict[str, list[ast.AST]] = {node.name: rest}
    for each in methods:
        if "abstractmethod" not in map(_last_name, each.decorator_list):
            found[f"{node.name}.{each.name}"] = [each]
    return found


def _imported(node: ast.stmt) -> dict[str, str]:
    """Name -> what it stands for, dotted. `import a.b` binds a, which is a package."""
    if isinstance(node, ast.Import):
        return {alias.asname or alias.name.split(".")[0]: _of_import(alias) for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return {}


def _of_import(alias: ast.alias) -> str:
    return alias.name if alias.asname else alias.name.split(".")[0]


def _fields_read(statements: Iterable[ast.AST]) -> Iterator[tuple[str, int]]:
    """`settings.x`, `console.settings.x` and `Settings.from_environment().x`."""
    for node in (node for statement in statements for node in ast.walk(statement)):
        if isinstance(node, ast.Attribute) and _last_name(node.value) in (SETTINGS, "from_environment"):
            yield node.attr, node.lineno


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _own_attributes(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "self":
            yield each.attr
