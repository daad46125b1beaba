"""Which layers run, and in which order."""

from __future__ import annotations

import ast
import configparser
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tooling import commands
from tooling.checks import testing


def test_plain_runs_all_fastest_first() -> None:
    assert testing.layers() == ("unit", "matrix", "infra", "integration", "e2e", "browser")
    assert testing.layers(local=True) == ("unit", "matrix", "infra")
    assert testing.layers(integration=True) == ("integration",)
    assert testing.layers(e2e=True) == ("e2e",)


def test_every_mark_is_a_layer_in_this_order() -> None:
    root = Path(__file__).resolve().parent.parent.parent
    parser = configparser.ConfigParser()
    parser.read(root / "pytest.ini")
    marks = [line.partition(":")[0] for line in parser["pytest"]["markers"].split("\n") if line]
    assert tuple(marks) == testing.MARKED == testing.ORDINARY[1:]
    said = ast.get_docstring(
        _task(ast.parse((root / "tooling" / "checks" / "tasks.py").read_text(encoding="utf-8")), "test")
    )
    assert said == f"Run the tests, layer by layer: {', '.join(testing.ORDINARY)}."


def _task(module: ast.Module, name: str) -> ast.FunctionDef:
    return next(each for each in module.body if isinstance(each, ast.FunctionDef) and each.name == name)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    made: list[tuple[str, ...]] = []

    def python(root: Path, *command: str, **_: object) -> int:
        made.append(command)
        layer = command[command.index("-m") + 1] if "-m" in command else ""
        return {"e2e": 1, "integration": testing.NO_TESTS}.get(layer, 0)

    monkeypatch.setattr(testing, "_python", python)
    return made


def test_the_first_layer_that_fails_ends_the_run(calls: list[tuple[str, ...]]) -> None:
    assert testing.run(Path(), ("unit", "e2e", "browser")) == 1
    assert len(calls) == 2


def test_a_layer_without_tests_does_not_fail(calls: list[tuple[str, ...]]) -> None:
    assert testing.run(Path(), ("integration",)) == 0


def test_coverage_adds_up_over_the_layers_and_is_judged_once(calls: list[tuple[str, ...]]) -> None:
    testing.run(Path(), ("unit", "infra", "browser"), coverage=True, html=True, least=95)
    assert calls[0] == ("coverage", "erase")
    assert ["--cov-append" in call for call in calls[1:4]] == [True, True, False]
    assert calls[4][:2] == ("coverage", "html")
    assert calls[5] == ("coverage", "report", "--fail-under=95")


@pytest.mark.parametrize(
    ("profile", "flags"),
    [
        ("", ("-n", "2", "--dist", "loadgroup", "tests/e2e")),
        ("company", ("--aws-profile=company", "tests/e2e")),
    ],
)
def test_the_system_is_deployed_locally_in_two_lanes_or_to_an_account(
    calls: list[tuple[str, ...]], profile: str, flags: tuple[str, ...]
) -> None:
    testing.run(Path(), ("e2e",), profile=profile)
    assert calls[0][-len(flags) :] == flags


@pytest.mark.parametrize("layer", ["unit", "infra", "integration"])
def test_files_are_shared_out_to_the_processors(layer: str, calls: list[tuple[str, ...]]) -> None:
    testing.run(Path(), (layer,))
    assert " --dist loadfile" in " ".join(calls[0])


def test_what_the_tests_start_may_keep_bytecode(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, str]] = []

    def run(command: list[str], *, env: dict[str, str], **_: object) -> subprocess.CompletedProcess[str]:
        seen.append(env)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(commands, "run", run)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    testing.run(Path(), ("infra",), coverage=True)
    testing.run(Path(), ("infra",), environ={"PYTHONDONTWRITEBYTECODE": "1", "A": "b"})
    assert seen[-1] == {"A": "b"}
    assert not any("PYTHONDONTWRITEBYTECODE" in env for env in seen)


WAITS = """
import threading
def test_a():
    try:
        threading.Event().wait()
    finally:
        threading.Event().wait(%s)
"""


@pytest.mark.parametrize("after_its_limit", ["0", ""])
def test_a_test_that_waits_for_ever_ends_with_the_line_where_it_stands(
    tmp_path: Path, pytestconfig: pytest.Config, after_its_limit: str
) -> None:
    assert float(pytestconfig.getini("timeout")) > 0
    assert pytestconfig.getini("faulthandler_timeout") > 0
    test = tmp_path / "a_test.py"
    test.write_text(WAITS % after_its_limit)
    limits = ("--timeout=0.5", "-o", "faulthandler_timeout=3", "-o", "faulthandler_exit_on_timeout=true")
    where = ("-c", os.devnull, "--rootdir", str(tmp_path))
    command = [sys.executable, "-m", "pytest", *where, *limits, str(test)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert "a_test.py" in done.stdout + done.stderr
    assert "wait" in done.stdout + done.stderr


def test_a_deep_run_has_no_limit(calls: list[tuple[str, ...]]) -> None:
    testing.run(Path(), ("unit",), deep=True)
    assert "--timeout=0" in calls[0]


@pytest.mark.integration
def test_watch_runs_the_tests_again_after_a_save(tmp_path: Path) -> None:
    test, log = tmp_path / "a_test.py", tmp_path / "runs"
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\npython_files = *_test.py\nmarkers = matrix\n infra\n integration\n e2e\n browser\n"
    )
    test.write_text(f"def test_a(): open({str(log)!r}, 'a').write('x')")
    root = Path(__file__).resolve().parent.parent.parent
    code = (
        "import sys, pathlib; sys.path.insert(0, 'src'); "
        "import tooling.checks.testing as t; t.watch(pathlib.Path(sys.argv[1]), ['unit'])"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, start_new_session=True) as watcher:
        try:
            _until(lambda: log.read_text() == "x")
            deadline = time.monotonic() + 30  # the watcher may not look yet: save until it has seen one
            while log.read_text() == "x" and time.monotonic() < deadline:
                test.write_text(test.read_text() + "\n")
                with contextlib.suppress(TimeoutError):
                    _until(lambda: log.read_text() != "x", seconds=1)
            assert len(log.read_text()) > 1
        finally:
            os.killpg(watcher.pid, signal.SIGTERM)


def _until(true: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(FileNotFoundError):
            if true():
                return
        time.sleep(0.05)
    raise TimeoutError
