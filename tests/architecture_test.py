"""Who may import whom, and what must stand beside what: docs/architecture.md, asserted."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from settings import Settings, name_of
from tooling.blocks.blocks import check_tests, read_functions
from tooling.blocks.usage import check_usage
from tooling.blocks.variables import variables

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src"
MODULES = sorted(
    path.relative_to(SRC).as_posix()
    for path in SRC.rglob("*.py")
    if not path.name.endswith("_test.py") and path.name != "conftest.py"
)
ROOMS = {
    "views/": {"views", "services.models", "dom"},
    "routes/": {"routes", "views", "services", "dom", "errors"},
    "services/models/": {"services.models", "errors"},
    "services/": {"services", "errors"},
    "dom.py": set(),
    "encoding.py": set(),
    "errors.py": set(),
    "settings.py": {"errors"},
    "wiring/": {"wiring", "routes", "services", "encoding", "errors", "settings"},
    "lambda_": {"wiring", "services", "encoding", "errors", "settings"},
}
OWN = ("dom", "encoding", "errors", "lambda_", "routes", "services", "settings", "views", "wiring")
ONLY_IN = {
    "boto3": set(),
    "botocore": {"services/cloud/aws.py", "services/cloud/answers.py", "services/store/dynamo_table.py"},
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


PAGES = {"routes", "views", "wiring.web", "wiring.console", "lambda_function"}


@pytest.mark.parametrize("tree", ["devserver", "tooling"])
def test_what_surrounds_src_uses_its_services_but_never_its_pages(tree: str) -> None:
    forbidden = PAGES if tree == "tooling" else PAGES | {"wiring"}
    assert {
        name for module in modules_of(tree).values() for name in imports(module) if within(name, forbidden)
    } == set()


BACKENDS = ("bucket", "services", "local", "table")  # modules of the wiring
NO_SERVICES = {"Aws", "Role", "Bucket", "Builder", "Budget", "Counted"}  # made of credentials, or of values
PARTS_OF_SERVICES = {
    ("src.services.dynamo_data_service", "services.store.dynamo_daily.DynamoDaily"),
    ("src.services.local_data_service", "services.store.local_daily.LocalDaily"),
    ("src.services.read.snapshot_build", "services.read.table_read_model.TableReadModel"),
}


def built(tree: ast.AST) -> set[str]:
    """The classes that a module makes objects of, by the dotted names that it imports them by."""
    known = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return {known[name] for name in called if name in known and name[:1].isupper()}


def services_of_the_wiring() -> set[str]:
    """What the backends build; whoever else needs one asks a backend for it."""
    trees = (ast.parse((SRC / "wiring" / f"{name}.py").read_text(encoding="utf-8")) for name in BACKENDS)
    found = {name for tree in trees for name in built(tree) if name.startswith("services.")}
    return {name for name in found if name.rpartition(".")[2] not in NO_SERVICES}


def test_nothing_but_the_wiring_builds_a_service() -> None:
    services = services_of_the_wiring()
    assert len(services) > 25
    found = {
        (f"{tree}.{name}", service)
        for tree in ("src", "devserver", "tooling", "infra")
        for name, path in modules_of(tree).items()
        if not f"{tree}.{name}.".startswith("src.wiring.")
        for service in built(ast.parse(path.read_text(encoding="utf-8"))) & services
    }
    assert found == PARTS_OF_SERVICES


def test_a_service_that_is_built_elsewhere_is_seen() -> None:
    source = "def f():\n    from services.store.dynamo_table import Table\n    return Table('a')\n"
    assert built(ast.parse(source)) & services_of_the_wiring() == {"services.store.dynamo_table.Table"}


def test_where_the_data_is_is_asked_once() -> None:
    """wiring/console.py asks whether there is something to rehearse."""
    asking = {
        module
        for module in MODULES
        for node in ast.walk(ast.parse((SRC / module).read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and (
            node.attr == "use_local_data"
            or (node.attr == "local" and ast.unparse(node).endswith("settings.local"))
        )
    }
    assert asking == {"settings.py", "wiring/backend.py", "wiring/console.py"}


# from the ground up: a room imports its own modules and those of rooms before it; MODULE stands alone
ORDER = {
    "src/services": """
        models.kit models models.everything models.all models.domain
        cloud daily_store data_service store dynamo_data_service local_data_service
        prices read releases costs cost_breakdown_service
        cop.judge cop.rules cop.registry cop.store cop.patrol
        collect reports notify
    """,
    "src/views": "links parts shell costs estate cop reports",
    "src/wiring": "when_asked bucket services estate local table backend published builds console web",
    "devserver": """
        options port handover gateway record reload functions inspector debug processes http serve tasks
        __main__
    """,
    "tooling": """
        install runtime names terminal progress commands processes networks interpreters uv tool_environment
        environments styles dot_env endings credentials polo_task program cdk_environment
        data_folder zip local blocks release demo laptop checks deploy
    """,
}
UPWARDS = {("services.models.kit.steps", "services.models")}  # the registry of types, which is filled by them
MOST = 25  # modules in a room
ONE_FILE_EACH = {"src/services models", "src/services cop.rules", "src/services reports"}


def modules_of(tree: str) -> dict[str, Path]:
    """Dotted name below the tree -> file; "" is the tree's own __init__.py. Tests apart."""
    found = {}
    for path in (ROOT / tree).rglob("*.py"):
        if not path.name.endswith("_test.py") and path.name != "conftest.py":
            parts = path.relative_to(ROOT / tree).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def room_of(module: str, rooms: list[str]) -> str:
    """The room that a module of a tree stands in; "" for the tree's own __init__.py."""
    standing = [room for room in rooms if module == room or module.startswith(f"{room}.")]
    return max(standing, key=len, default="")


def runtime_imports(path: Path) -> Iterator[str]:
    """What a module imports when it runs, in functions too; not what only type checkers see."""
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        waiting += ast.iter_child_nodes(node)


def graph() -> dict[str, set[str]]:
    """Module -> the modules that it imports, by their dotted names, over all trees."""
    files = modules_of("src") | {
        f"{tree}.{name}".rstrip("."): path
        for tree in ("devserver", "tooling")
        for name, path in modules_of(tree).items()
    }
    found: dict[str, set[str]] = {}
    for name, path in files.items():
        found[name] = set()
        for imported in runtime_imports(path):
            known = imported
            while known and known not in files:
                known = known.rpartition(".")[0]
            if known and known != name:
                found[name].add(known)
    return found


@pytest.mark.parametrize("tree", ORDER)
def test_every_module_stands_in_a_room_and_imports_none_above_it(tree: str) -> None:
    rooms = ORDER[tree].split()
    package = tree.removeprefix("src/").replace("/", ".")
    own = {
        name.removeprefix(f"{package}."): each
        for name, each in graph().items()
        if name.startswith(f"{package}.")
    }
    homeless = [name for name in own if not room_of(name, rooms) and own[name]]
    assert homeless == [], "give them a room in ORDER"
    upwards = {
        (f"{package}.{name}", imported)
        for name, each in own.items()
        for imported in each
        if imported.startswith(f"{package}.")
        and (above := room_of(imported.removeprefix(f"{package}."), rooms))
        and rooms.index(above) > rooms.index(room_of(name, rooms))
    }
    assert upwards - UPWARDS == set()


@pytest.mark.parametrize("tree", ORDER)
def test_a_room_says_itself_in_a_sentence_and_is_not_crowded(tree: str) -> None:
    rooms = ORDER[tree].split()
    modules = modules_of(tree)
    for room in rooms:
        inside = [name for name in modules if room_of(name, rooms) == room]
        assert inside, f"{tree}/{room} is empty"
        assert len(inside) - 1 <= MOST or f"{tree} {room}" in ONE_FILE_EACH, (
            f"{tree}/{room}: {len(inside)} modules"
        )
        assert ast.get_docstring(ast.parse(modules[room].read_text(encoding="utf-8"))), f"{tree}/{room}"


def test_the_documentation_names_every_room_with_its_sentence() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for tree, order in ORDER.items():
        for room in order.split():
            path = modules_of(tree)[room]
            if path.name == "__init__.py":
                name = f"{tree}/{room}".removeprefix("src/").replace(".", "/")
                said = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").splitlines()[0]
                assert f"| `{name}` | {said} |" in text


def test_no_module_imports_in_a_circle() -> None:
    below = graph()
    while leaves := [name for name, each in below.items() if not each]:
        for name in leaves:
            del below[name]
        below = {name: each - set(leaves) for name, each in below.items()}
    while roots := [name for name in below if not any(name in each for each in below.values())]:
        for name in roots:
            del below[name]
    assert below == {}


def test_nobody_imports_what_another_module_keeps_to_itself() -> None:
    private = re.compile(r"\._[a-z]\w*$", re.IGNORECASE)
    files = [*modules_of("src").values(), *modules_of("devserver").values(), *modules_of("tooling").values()]
    assert {(str(path), name) for path in files for name in imports(path) if private.search(name)} == set()


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


PARTS = "services/store/parts.py"
TABLE_DOORS = {PARTS, "services/store/dynamo_table.py"}


def bypasses(source: str) -> list[str]:
    """What only services/store/parts.py may do: condition a head, give a part its ttl, make a pointer."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "services.store.dynamo_items":
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
        "from services.store.dynamo_items import pointer",
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
