from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tooling.blocks.blocks import BlockError, Function, check_tests, function_name, read_functions

pytestmark = pytest.mark.infra

FULL = """
infra:
  routes: ["/", "/{proxy+}"]
  schedule: rate(1 hour)
  queue: sync
  topic: findings
  memory: 512
  disk: 2048
  timeout: 20
  tables: {resource: read-write, report: read}
  buckets: {data: read}
  secrets: [slack-webhook]
  invokes: [snapshot]
  assume: [PoloReader]
  environment: [ENV, LOGOUT_URL]
  cost-apis: true
"""


def write(root: Path, name: str, block: str) -> None:
    (root / "src").mkdir(exist_ok=True)
    (root / "src" / f"{name}.py").write_text(f'"""Do a thing.\n{block}"""\n\nraise SystemExit("imported")\n')


def error_of(root: Path) -> str:
    with pytest.raises(BlockError) as caught:
        read_functions(root)
    return str(caught.value)


def test_a_block_becomes_a_function_without_importing_the_module(tmp_path: Path) -> None:
    write(tmp_path, "lambda_function", FULL)
    assert read_functions(tmp_path) == (
        Function(
            name="PoloFunction",
            module="lambda_function",
            line=3,
            routes=("/", "/{proxy+}"),
            schedule="rate(1 hour)",
            queue="sync",
            topic="findings",
            memory=512,
            disk=2048,
            timeout=20,
            tables=(("resource", "read-write"), ("report", "read")),
            buckets=(("data", "read"),),
            secrets=("slack-webhook",),
            invokes=("snapshot",),
            assume=("PoloReader",),
            environment=("ENV", "LOGOUT_URL"),
            cost_apis=True,
        ),
    )


def test_defaults_and_handler(tmp_path: Path) -> None:
    write(tmp_path, "lambda_static", '\ninfra:\n  routes: ["/static/{proxy+}"]\n')
    (function,) = read_functions(tmp_path)
    assert (function.memory, function.timeout, function.environment) == (256, 30, ())
    assert (function.disk, function.snap_start) == (512, True)
    assert (function.name, function.handler) == ("StaticFunction", "lambda_static.lambda_handler")


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("lambda_function", "PoloFunction"),
        ("lambda_static", "StaticFunction"),
        ("lambda_cost_report", "CostReportFunction"),
    ],
)
def test_function_names(module: str, name: str) -> None:
    assert function_name(module) == name


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("speed: 3", "unknown key 'speed'; valid: routes, schedule"),
        ("routes: /", "routes: '/' is not a list of paths"),
        ("routes: []", "routes: [] is not a list"),
        ("routes: [items]", "routes: 'items' is not a path"),
        ('routes: ["/{proxy+}/x"]', "is not a path"),
        ("routes: [/, /]", "'/' stands there twice"),
        ("schedule: hourly", "schedule: 'hourly' is not an EventBridge schedule"),
        ("queue: My Queue", "queue: 'My Queue' is not a name"),
        ("memory: 64", "memory: 64 is not a number of MB from 128 to 10240"),
        ("disk: 20480", "disk: 20480 is not a number of MB from 512 to 10240"),
        ("memory: true", "memory: True is not a number"),
        ("timeout: 901", "timeout: 901 is not a number of seconds from 1 to 900"),
        ("tables: {users: read}", "tables: unknown table 'users'; valid: resource, report"),
        ("tables: {report: all}", "tables: access 'all' of report; valid: read, write, read-write"),
        ("tables: resource", "tables: 'resource' is not a mapping"),
        ("environment: [env]", "environment: 'env' is not a name of upper-case"),
        ("cost-apis: maybe", "cost-apis: 'maybe' is not true or false"),
    ],
)
def test_a_wrong_entry_is_named_with_file_line_and_valid_values(
    tmp_path: Path, entry: str, told: str
) -> None:
    write(tmp_path, "lambda_x", f"\ninfra:\n  topic: findings\n  {entry}\n")
    message = error_of(tmp_path)
    assert message.startswith("src/lambda_x.py:5: ")
    assert told in message


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("\nNothing here.\n", "src/lambda_x.py:1: no infra block"),
        ("\ninfra:\n", "src/lambda_x.py:3: infra is None"),
        ("\ninfra:\n  memory: [1\n", "the infra block is not YAML"),
    ],
)
def test_no_block_or_no_yaml(tmp_path: Path, block: str, told: str) -> None:
    write(tmp_path, "lambda_x", block)
    assert told in error_of(tmp_path)


def test_broken_python_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "lambda_x.py").write_text("\ndef (:\n")
    assert error_of(tmp_path).startswith("src/lambda_x.py:2: ")


def test_one_route_has_one_function(tmp_path: Path) -> None:
    write(tmp_path, "lambda_a", "\ninfra:\n  routes: [/x]\n")
    write(tmp_path, "lambda_b", "\ninfra:\n  routes: [/x]\n")
    assert error_of(tmp_path) == "src/lambda_b.py:3: route '/x' is taken by src/lambda_a.py:3"


def test_every_function_has_a_test(tmp_path: Path) -> None:
    write(tmp_path, "lambda_a", "\ninfra:\n  routes: [/x]\n")
    with pytest.raises(BlockError, match=r"src/lambda_a.py:1: has no test; write src/lambda_a_test.py"):
        check_tests(tmp_path)
    (tmp_path / "src" / "lambda_a_test.py").touch()
    check_tests(tmp_path)
    assert len(read_functions(tmp_path)) == 1


def test_the_fork_server_reads_blocks_without_the_code_that_ships() -> None:
    """src is not on its path: what ships is loaded in environments alone."""
    root = Path(__file__).resolve().parent.parent.parent
    done = subprocess.run(
        [sys.executable, "-c", "import devserver.processes.forkserver"],
        cwd=root,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
