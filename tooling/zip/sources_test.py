from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

from services.models import RESOURCE_TYPES
from tooling.zip.dependencies import known_services
from tooling.zip.sources import read_sources, services_named, ships

SRC = Path(__file__).resolve().parent.parent.parent / "src"


@pytest.mark.parametrize(
    "name",
    ["dom.py", "services/models/volume.py", "views/__init__.py", "static/app.js", "static/inter.LICENSE.txt"],
)
def test_what_runs_ships(name: str) -> None:
    assert ships(name)


@pytest.mark.parametrize(
    "name",
    [
        "dom_test.py",
        "routes/conftest.py",
        "test_dom.py",
        "requirements.txt",
        "requirements.in",
        "static/css/main.css",
        "static/dist/main.css",
        "__pycache__/dom.cpython-312.pyc",
        "services/__pycache__/left.py",
        ".env",
        ".idea/a.json",
        "dom.py.orig",
        "dom.py~",
        "notes.md",
    ],
)
def test_what_does_not_run_stays(name: str) -> None:
    assert not ships(name)


def test_every_committed_file_ships_but_tests_requirements_and_the_sources_of_the_style_sheet() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=SRC, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    left = {name for name in listed.stdout.splitlines() if (SRC / name).exists() and not ships(name)}
    expected = ("_test.py", "conftest.py", "requirements.in", "requirements.txt")
    assert [name for name in left if not name.endswith(expected) and "static/css/" not in name] == []


def test_services_are_all_that_a_type_or_a_text_in_the_code_names() -> None:
    sources = read_sources(SRC)
    services = services_named(sources, known_services())
    calls = {kind.call.service for kind in RESOURCE_TYPES.values() if kind.scope != "marqo"}
    assert calls | {"sts", "dynamodb", "sqs", "cloudwatch", "organizations"} <= set(services)
    trees = [ast.parse(code) for name, code in sources.items() if name.endswith(".py")]
    texts = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert texts.intersection(known_services()) <= set(services)


def test_service_that_nobody_names_is_none() -> None:
    sources = {"a.py": b'call("ec2", "describe")', "a.json": b'"glacier"'}
    assert services_named(sources, ["ec2", "glacier", "s3"]) == ("ec2",)
