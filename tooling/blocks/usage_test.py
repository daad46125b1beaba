from __future__ import annotations

from pathlib import Path

import pytest

from tooling.blocks.blocks import BlockError
from tooling.blocks.usage import Sources, check_usage

pytestmark = pytest.mark.infra

NAMES = {"env": "ENV", "logout_url": "LOGOUT_URL", "dynamodb_table_name": "DYNAMODB_TABLE_NAME"}
SETTINGS = """
class Settings:
    @property
    def table(self):
        return self.dynamodb_table_name or self.env + "-ResourceTable"
"""


def write(root: Path, block: str, **modules: str) -> None:
    (root / "src" / "routes").mkdir(parents=True)
    handler = f'"""Serve.\n\ninfra:\n{block}"""\n\nimport routes.home\n\nPAGES = (routes.home,)\n'
    for name, text in {
        "lambda_function": handler,
        "settings": SETTINGS,
        "routes/home": "",
        **modules,
    }.items():
        (root / "src" / f"{name}.py").write_text(text)


def told(root: Path) -> str:
    with pytest.raises(BlockError) as caught:
        check_usage(root, NAMES)
    return str(caught.value)


def test_what_a_module_reads_its_function_must_declare(tmp_path: Path) -> None:
    home = "def page(console):\n    return console.settings.logout_url\n"
    write(tmp_path, "  environment: [ENV]\n", **{"routes/home": home})
    assert told(tmp_path) == (
        "src/lambda_function.py:3: src/routes/home.py:2 reads LOGOUT_URL, which this block does not declare;"
        " add it"
    )


def test_what_a_block_declares_something_must_read(tmp_path: Path) -> None:
    write(tmp_path, "  environment: [LOGOUT_URL]\n")
    assert told(tmp_path) == (
        "src/lambda_function.py:3: declares LOGOUT_URL, which nothing that it uses reads; remove it"
    )


def test_a_property_reads_the_fields_that_it_is_made_of(tmp_path: Path) -> None:
    home = "from settings import Settings\nTABLE = Settings.from_environment().table\n"
    write(tmp_path, "  environment: [ENV]\n  tables: {resource: read}\n", **{"routes/home": home})
    check_usage(tmp_path, NAMES)


def test_what_is_beside_an_imported_name_is_not_read(tmp_path: Path) -> None:
    home = "from routes.wiring import store\nSTORE = store()\n"
    wiring = "def store(): ...\ndef app(settings): return settings.logout_url\n"
    write(tmp_path, "  routes: [/]\n", **{"routes/home": home, "routes/wiring": wiring})
    check_usage(tmp_path, NAMES)
    write_again = home.replace("store", "app")
    (tmp_path / "src" / "routes" / "home.py").write_text(write_again)
    assert "src/routes/wiring.py:2 reads LOGOUT_URL" in told(tmp_path)


def test_an_import_within_a_function_counts(tmp_path: Path) -> None:
    home = "def page():\n    from routes.late import read\n    return read\n"
    late = "def read(settings): return settings.env\n"
    write(tmp_path, "  routes: [/]\n", **{"routes/home": home, "routes/late": late})
    assert "src/routes/late.py:1 reads ENV" in told(tmp_path)


def test_modules_that_nobody_imports_read_nothing(tmp_path: Path) -> None:
    write(tmp_path, "  routes: [/]\n", **{"routes/other": "def page(settings): return settings.env\n"})
    check_usage(tmp_path, NAMES)


BACKENDS = """
class Backend(ABC):
    @abstractmethod
    def place(self): ...
    def said(self): return self.place()
class FileBackend(Backend):
    def place(self): return self.settings.env
    def leave(self): return self._way()
    def _way(self): return self.settings.logout_url
class TableBackend(Backend):
    def place(self): return self.settings.table
    def leave(self): return ""
def chosen(): return FileBackend() or TableBackend()
"""


@pytest.mark.parametrize(
    ("made", "asked", "reads"),
    [
        ("chosen", "backend", set()),
        ("chosen", "backend.other()", set()),
        ("chosen", "other.leave()", set()),
        ("chosen", "backend.leave()", {"LOGOUT_URL"}),
        ("TableBackend", "backend.leave()", set()),
        ("FileBackend", "backend.said()", {"ENV"}),
        ("chosen", "backend().said()", {"ENV", "DYNAMODB_TABLE_NAME"}),
        ("int", "backend.leave()", set()),
    ],
)
def test_of_a_backend_a_function_reads_what_the_methods_that_it_calls_do(
    made: str, asked: str, reads: set[str], tmp_path: Path
) -> None:
    home = f"from routes.backends import {made}\ndef page(backend): return {made}() or {asked}\n"
    write(tmp_path, "  routes: [/]\n", **{"routes/home": home, "routes/backends": BACKENDS})
    assert {*Sources(tmp_path / "src", NAMES).reads("lambda_function")} == reads
