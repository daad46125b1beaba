"""What is seen of a handler at work."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from devserver.conftest import until
from devserver.gateway.gateway import Api, Request, Unanswered
from devserver.record import watch
from devserver.record.capture import LOG_LIMIT, Tee, listen, log_of_invocation
from devserver.record.folder import FOLDER, keeping
from devserver.record.invocation import Invocation
from devserver.record.invocations import find, summaries
from devserver.record.watch import answer_recorded


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(watch, "_warm", set())
    with keeping():
        yield


def asked(handler: Any, request: Request = Request()) -> Invocation:  # noqa: B008  frozen
    listen()  # pytest has streams of its own for each phase of a test
    answer_recorded(
        Api(), request, lambda function, event, context: handler(event, context), lambda text: None
    )
    found = find(summaries()[0].id)
    assert found is not None
    return found


def test_an_invocation_has_what_the_handler_got_and_gave() -> None:
    def handler(event: Any, context: Any) -> Any:
        event.clear()  # its own copy
        print("printed")
        logger = logging.Logger("polo")
        logger.addHandler(logging.StreamHandler())
        logger.warning("logged")
        print("to stderr", file=sys.stderr)
        return {"statusCode": 201, "body": "hello"}

    seen = asked(handler, Request("GET", "/a?b=c"))
    assert seen.event["path"] == "/a"
    assert seen.response == {"statusCode": 201, "body": "hello"}
    assert (seen.status, seen.source, seen.error) == (201, "http", None)
    assert set(seen.logs) == {"printed", "logged", "to stderr"}
    assert seen.context["function_name"] == "PoloFunction"
    assert 0 < seen.context["remaining_time_in_millis"] <= 30_000
    assert seen.duration > 0


def test_the_first_of_a_process_is_cold() -> None:
    handler = lambda event, context: {}  # noqa: E731
    assert [asked(handler).cold, asked(handler).cold] == [True, False]


def test_a_failure_is_kept_from_the_handler_on() -> None:
    def handler(event: Any, context: Any) -> Any:
        print("before")
        return {}["nothing"]

    scope: dict[str, Any] = {}
    exec(compile("def handler(event, context):\n    return {}['nothing']", "/src/lambda_x.py", "exec"), scope)  # noqa: S102
    seen = asked(scope["handler"])
    assert seen.error is not None
    assert seen.error.splitlines()[1] == '  File "/src/lambda_x.py", line 2, in handler'
    assert (seen.status, seen.raised) == (502, "builtins.KeyError")
    assert asked(handler).logs == ("before",)


def test_an_answer_that_the_gateway_refuses_says_why() -> None:
    seen = asked(lambda event, context: {"statusCode": 200, "bodi": ""})
    assert seen.status == 502
    assert seen.error is not None
    assert "unknown keys ['bodi']" in seen.error


def test_what_reaches_no_function_is_no_invocation() -> None:
    answer_recorded(Api(routes=()), Request(), lambda *_: {})
    assert summaries() == []


def cut_off(*_: object) -> object:
    raise Unanswered("Task timed out after 3.00 seconds", 3.0)


def test_a_process_that_was_cut_off_leaves_what_it_had_written() -> None:
    started = threading.Event()
    go_on = threading.Event()

    def handler(event: Any, context: Any) -> Any:
        print("last words")
        started.set()
        assert go_on.wait(10)
        return {}

    thread = threading.Thread(target=asked, args=(handler, Request("GET", "/slow")))
    thread.start()
    started.wait(10)
    until(lambda: [each.open for each in summaries()] == [True], "it to be written as it stands")
    answer_recorded(Api(), Request("GET", "/slow"), cut_off, lambda text: None)
    (seen,) = summaries()
    found = find(seen.id)
    go_on.set()
    thread.join()
    assert found is not None
    assert (found.logs, found.open, found.cold) == (("last words",), False, True)
    assert (found.status, found.error) == (502, "PoloFunction: Task timed out after 3.00 seconds")
    assert found.duration == 3000


def test_of_a_process_that_wrote_nothing_the_request_is_known() -> None:
    answer_recorded(Api(), Request("GET", "/slow"), cut_off, lambda text: None)
    (seen,) = summaries()
    assert (seen.title, seen.status, seen.memory, seen.duration) == ("GET /slow", 502, None, 3000)
    assert seen.failure == "PoloFunction: Task timed out after 3.00 seconds"


def test_without_a_folder_requests_are_answered_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER)
    assert answer_recorded(Api(), Request(), lambda *_: {"statusCode": 204}).status == 204


def test_each_thread_has_its_own_log(capsys: pytest.CaptureFixture[str]) -> None:
    both = threading.Barrier(2)
    logs: dict[str, tuple[str, ...]] = {}
    out = Tee(sys.stdout)

    def run(name: str) -> None:
        with log_of_invocation() as log:
            both.wait(10)
            out.write(f"{name}\n")
            both.wait(10)
        logs[name] = log.lines

    threads = [threading.Thread(target=run, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert logs == {"one": ("one",), "two": ("two",)}
    assert sorted(capsys.readouterr().out.split()) == ["one", "two"]


def test_a_thread_that_the_handler_starts_belongs_to_it() -> None:
    def handler(event: Any, context: Any) -> Any:
        thread = threading.Thread(target=lambda: print("from a thread"))
        thread.start()
        thread.join()
        return {}

    assert asked(handler).logs == ("from a thread",)


def test_a_log_has_an_end() -> None:
    with log_of_invocation() as log:
        log.add("x" * LOG_LIMIT)
        log.add("yyy")
    assert log.lines == ("x" * LOG_LIMIT, "… 3 more characters")


def test_what_is_printed_outside_of_an_invocation_is_nobodys() -> None:
    with log_of_invocation() as log:
        pass
    Tee(sys.stdout).writelines(["later\n"])
    assert log.lines == ()
    assert Tee(sys.stdout).encoding == sys.stdout.encoding
