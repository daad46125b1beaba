"""`inv invoke`: one function, once, from the shell."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devserver.functions.invoke import InvokeError, find_function, read_event
from devserver.functions.samples import samples
from tooling.blocks.blocks import Function

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = """
import sys
from pathlib import Path
from devserver.functions.invoke import invoke
sys.exit(invoke(Path(sys.argv[1]), *sys.argv[2:]))
"""
COP = '''"""Inspect.

infra:
  schedule: rate(1 hour)
  memory: 512
  environment: [ENV]
  timeout: 1
"""
import os
import threading
import time


def lambda_handler(event, context):
    print("looking as", os.environ["AWS_LAMBDA_FUNCTION_NAME"], context.memory_limit_in_mb)
    if "fail" in event:
        return 1 / 0
    if "hang" in event:
        threading.Event().wait()
    return {"kind": event.get("detail-type"), "env": os.environ["ENV"], "text": event.get("text")}
'''
Done = subprocess.CompletedProcess[str]
Invoke = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path) -> Invoke:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/lambda_cop.py").write_text(COP)
    (tmp_path / "src/lambda_broken.py").write_text(
        '"""X.\n\ninfra:\n  queue: work\n"""\nimport no_such_module\n'
    )

    def invoke(*arguments: str, event: object = None) -> Done:
        given = []
        if event is not None:
            (tmp_path / "event.json").write_text(json.dumps(event))
            given = [str(tmp_path / "event.json")]
        command = [sys.executable, "-c", COMMAND, str(tmp_path), *arguments, *given]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    return invoke


@pytest.mark.integration
def test_the_result_is_all_that_stands_on_stdout(run: Invoke) -> None:
    done = run("cop")
    assert json.loads(done.stdout) == {"kind": "Scheduled Event", "env": "test", "text": None}
    logs, figures = done.stderr.splitlines()
    assert logs == "looking as CopFunction 512"
    assert figures.startswith("CopFunction  ")
    assert " ms of 1 s, import " in figures
    assert figures.endswith(" of 512 MB")
    assert done.returncode == 0


@pytest.mark.integration
def test_a_long_result_is_printed_whole(run: Invoke) -> None:
    assert json.loads(run("cop", event={"text": "x" * 300_000}).stdout)["text"] == "x" * 300_000


@pytest.mark.integration
def test_a_raising_handler_ends_in_a_traceback_that_begins_in_src(run: Invoke) -> None:
    done = run("cop", event={"fail": True})
    assert (done.returncode, done.stdout) == (1, "")
    first, second = done.stderr.splitlines()[1:3]
    assert first == "Traceback (most recent call last):"
    assert '/src/lambda_cop.py", line 17, in lambda_handler' in second
    assert "ZeroDivisionError: division by zero" in done.stderr


@pytest.mark.integration
def test_a_handler_that_hangs_is_given_up_at_its_timeout(run: Invoke) -> None:
    done = run("cop", event={"hang": True})
    assert done.returncode == 1
    assert '/src/lambda_cop.py", line 19, in lambda_handler' in done.stderr
    assert "Task timed out after 1.00 seconds" in done.stderr


@pytest.mark.integration
def test_a_module_that_does_not_import_says_where(run: Invoke) -> None:
    done = run("broken")
    assert done.returncode == 1
    assert '/src/lambda_broken.py", line 6' in done.stderr
    assert "No module named 'no_such_module'" in done.stderr


@pytest.mark.integration
def test_an_unknown_function_is_one_line_with_the_valid_names(run: Invoke) -> None:
    done = run("copper")
    assert (done.returncode, done.stderr) == (
        1,
        "Unknown function 'copper': did you mean cop? Valid: broken, cop\n",
    )


FUNCTIONS = (
    Function("PoloFunction", "lambda_function"),
    Function("CostReportFunction", "lambda_cost_report"),
)


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("polo", "lambda_function"),
        ("function", "lambda_function"),
        ("PoloFunction", "lambda_function"),
        ("cost-report", "lambda_cost_report"),
        ("src/lambda_cost_report.py", "lambda_cost_report"),
    ],
)
def test_a_function_has_several_names(name: str, module: str) -> None:
    assert find_function(FUNCTIONS, name).module == module


def test_without_functions_there_is_no_valid_name() -> None:
    with pytest.raises(InvokeError, match=r"Valid: \(no src/lambda_\*\.py\)"):
        find_function((), "cop")


def test_a_corrupt_event_is_told_by_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_text('{\n "a": }')
    with pytest.raises(InvokeError, match=r"event\.json:2:7: Expecting value"):
        read_event(file)
    file.write_bytes(b'{"a": "\xff"}')
    with pytest.raises(InvokeError, match=r"event\.json: byte 7 is not UTF-8"):
        read_event(file)
    with pytest.raises(InvokeError, match=r"none\.json: No such file"):
        read_event(tmp_path / "none.json")


def test_an_event_may_come_from_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO('{"a": 1}'))
    assert read_event("-") == {"a": 1}


NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def test_a_function_with_routes_is_asked_for_its_plainest_path() -> None:
    (sample,) = samples(Function("F", "lambda_f", routes=("/items/{id}/{rest+}", "/items/{id}")), NOW)
    assert sample.title == "GET /items/example"
    assert sample.event["httpMethod"] == "GET"
    assert sample.event["pathParameters"] == {"id": "example"}


def test_each_trigger_of_a_function_has_its_event() -> None:
    function = Function(
        "SyncFunction", "lambda_sync", schedule="rate(1 hour)", queue="scopes", topic="alarms"
    )
    schedule, queue, topic = samples(function, NOW)
    assert schedule.event["detail-type"] == "Scheduled Event"
    assert schedule.event["time"] == "2026-03-04T05:06:07Z"
    assert queue.event["Records"][0]["eventSourceARN"].endswith(":scopes")
    assert json.loads(queue.event["Records"][0]["body"]) == {}
    assert topic.event["Records"][0]["Sns"]["TopicArn"].endswith(":alarms")


def test_a_function_without_a_trigger_gets_an_empty_event() -> None:
    assert samples(Function("F", "lambda_f"), NOW)[0].event == {}
