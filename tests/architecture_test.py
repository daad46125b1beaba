"""Who may import whom, and what must stand beside what: docs/architecture.md, asserted."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from settings import Settings, name_of
from tooling.infra_blocks import check_tests, read_functions
from tooling.infra_usage import check_usage
from tooling.infra_variables import variables

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src"
MODULES = sorted(
    path.relative_to(SRC).as_posix()
    for path in SRC.rglob("*.py")
    if not path.name.endswith("_test.py") and path.name != "conftest.py"
)
ROOMS = {
    "views/": {"views", "services.models", "dom"},
    "routes/": {"routes", "views", "services", "dom", "errors", "settings"},
    "services/models/": {"services.models", "errors"},
    "services/": {"services", "errors", "settings"},
    "dom.py": set(),
    "encoding.py": set(),
    "errors.py": set(),
    "settings.py": {"errors"},
    "wiring": {
        "wiring",
        "wiring_builds",
        "wiring_console",
        "wiring_cop",
        "wiring_costs",
        "wiring_published",
        "wiring_reports",
        "routes",
        "services",
        "encoding",
        "errors",
        "settings",
    },
    "lambda_": {
        "wiring",
        "wiring_console",
        "wiring_cop",
        "wiring_costs",
        "wiring_published",
        "wiring_reports",
        "settings",
        "services",
        "encoding",
        "errors",
    },
}
OWN = ("dom", "encoding", "errors", "lambda_", "routes", "services", "settings", "views", "wiring")
ONLY_IN = {
    "boto3": {"services/aws.py", "services/dynamo_table.py"},
    "botocore": {"services/aws.py", "services/aws_answers.py", "services/dynamo_table.py"},
    "htmxido": {"dom.py"},
    "flask": set(),
    "moto": set(),
}
# what a cold start must not pay for
NOT_AT_IMPORT = ("boto3", "botocore.session", "requests", "msgspec", "humanize", "flask", "rich")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, packages: set[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_its_room_may(module: str) -> None:
    allowed = next((rooms for room, rooms in ROOMS.items() if module.startswith(room)), None)
    if allowed is None:
        pytest.fail(f"src/{module} stands in no room of ROOMS")
    own = [name for name in imports(SRC / module) if name.split(".")[0].startswith(OWN)]
    assert [name for name in own if not within(name, allowed)] == []


@pytest.mark.parametrize("room", ["devserver", "tooling"])
def test_what_surrounds_src_uses_its_services_but_never_its_pages(room: str) -> None:
    modules = [path for path in (ROOT / room).rglob("*.py") if not path.name.endswith("_test.py")]
    assert modules
    for module in modules:
        own = {name.split(".")[0] for name in imports(module)}
        assert not own & {"routes", "views", "wiring", "lambda_function"}, module


@pytest.mark.parametrize("module", MODULES)
def test_vendors_stay_behind_their_door(module: str) -> None:
    for name in imports(SRC / module):
        door = ONLY_IN.get(name.split(".")[0])
        assert door is None or module in door, f"src/{module} imports {name}"


@pytest.mark.parametrize("module", [module for module in MODULES if module != "settings.py"])
def test_only_settings_reads_the_environment(module: str) -> None:
    tree = ast.parse((SRC / module).read_text(encoding="utf-8"))
    reads = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    ]
    assert reads == []


def test_the_web_handler_imports_nothing_slow() -> None:
    code = f"import sys, lambda_function; print([n for n in {NOT_AT_IMPORT!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=SRC, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


PARTS = "services/parts.py"
TABLE_DOORS = {PARTS, "services/dynamo_table.py"}


def bypasses(source: str) -> list[str]:
    """What only services/parts.py may do: condition a head, give a part its ttl, make a pointer."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "services.dynamo_items":
            names = {alias.name for alias in node.names} & {"pointer", "part_sk", "unpack"}
            found += [f"imports {name}" for name in sorted(names)]
        elif isinstance(node, ast.Attribute) and node.attr in ("put_item", "transact_write_items"):
            found.append(f"calls {node.attr}")
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update"
        ):
            conditional = len(node.args) > 2 or any(each.arg == "expected" for each in node.keywords)
            if conditional and not ast.unparse(node.func).endswith("_parts.update"):
                found.append("conditions a write")
            if any(isinstance(each, ast.Constant) and each.value == "ttl" for each in ast.walk(node)):
                found.append("gives a ttl")
    return found


@pytest.mark.parametrize("module", [module for module in MODULES if module not in TABLE_DOORS])
def test_only_parts_flips_heads_and_lets_parts_go(module: str) -> None:
    assert bypasses((SRC / module).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "from services.dynamo_items import pointer",
        "self.table.update(key, {'current': now}, {'current': before})",
        "table.update(key, values, expected=known)",
        "self.table.update(key, {'ttl': soon})",
        "client.put_item(Item=item)",
    ],
)
def test_a_store_that_bypasses_parts_is_seen(source: str) -> None:
    assert bypasses(source)


@pytest.mark.infra
def test_blocks_and_settings_name_the_same_variables() -> None:
    functions = read_functions(ROOT)
    declared = {name for function in functions for name in variables(function, functions)}
    settings = {name_of(field) for field in Settings.__dataclass_fields__.values()}
    assert declared <= settings, f"blocks name what Settings lacks: {sorted(declared - settings)}"
    assert settings <= declared, f"no block declares {sorted(settings - declared)}"


@pytest.mark.infra
def test_a_function_reads_what_its_block_declares_and_nothing_else() -> None:
    check_usage(ROOT)


@pytest.mark.infra
def test_every_handler_has_its_test() -> None:
    check_tests(ROOT)
