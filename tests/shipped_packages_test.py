"""What ships is used: each requirement is imported by `src`, and nothing else is in the lock."""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

SRC = Path(__file__).resolve().parent.parent / "src"
NOT_SHIPPED = ("_test.py", "conftest.py")
WANTED = sorted(
    Requirement(line).name
    for line in (SRC / "requirements.in").read_text().splitlines()
    if line and not line.startswith("#")
)
LOCKED = sorted(re.findall(r"^([\w.-]+)==", (SRC / "requirements.txt").read_text(), re.MULTILINE))


@cache
def imported() -> frozenset[str]:
    """The packages, as an index names them, that the modules of src import, inside functions too."""
    packages = packages_distributions()
    files = (file for file in SRC.rglob("*.py") if not file.name.endswith(NOT_SHIPPED))
    return frozenset(
        canonicalize_name(package)
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in modules_of(node)
        for package in packages.get(name.split(".")[0], ())
    )


def modules_of(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.Import):
        return tuple(alias.name for alias in node.names)
    return (node.module or "",) if isinstance(node, ast.ImportFrom) else ()


def needed_by(package: str) -> set[str]:
    """The package and all that it needs without an extra, directly or not."""
    found, waiting = set[str](), [package]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in found:
            found.add(name)
            needs = (Requirement(text) for text in requires(name) or ())
            waiting += [one.name for one in needs if one.marker is None or one.marker.evaluate({"extra": ""})]
    return found


@pytest.mark.parametrize("package", WANTED)
def test_src_imports_what_it_requires(package: str) -> None:
    assert package in imported(), f"nothing in src imports {package}: move it to requirements.dev.in"


def test_nothing_is_locked_that_no_requirement_needs() -> None:
    needed = {name for package in WANTED for name in needed_by(package)}
    assert [name for name in LOCKED if name not in needed] == []


def test_all_that_src_imports_ships() -> None:
    assert sorted(imported() - {*LOCKED}) == []
